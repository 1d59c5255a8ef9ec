//! Words side by side.

/// `words` in columns that fit into `width`, sorted downwards as `ls` does; every line ends with a newline.
pub(crate) fn arrange(words: &[String], width: usize) -> String {
    let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    let columns = (width / (longest + 2)).max(1);
    let rows = words.len().div_ceil(columns);
    let mut text = String::new();
    for row in 0..rows {
        let line: String =
            words.iter().skip(row).step_by(rows).map(|word| format!("{word:<width$}", width = longest + 2)).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downwards_in_columns() {
        let words: Vec<String> = ["a", "bb", "c", "d", "e"].map(String::from).to_vec();
        assert_eq!(arrange(&words, 12), "a   c   e\nbb  d\n");
        assert_eq!(arrange(&words, 1), "a\nbb\nc\nd\ne\n");
        assert_eq!(arrange(&[], 80), "");
    }
}
