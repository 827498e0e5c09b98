"""Contract suites for third parties' backends, and builders for tests."""
