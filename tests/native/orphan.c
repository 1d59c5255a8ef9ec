// depends: gone
int gone_value(void);
int orphan_value(void) { return gone_value() + 1; }
