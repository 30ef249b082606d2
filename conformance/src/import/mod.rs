//! Traces from what others recorded.
