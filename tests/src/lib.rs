//! Shared helpers of the test drivers.
