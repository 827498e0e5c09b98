"""Sequential statistics, as pure functions of counts and arrays; each formula names its source."""
