"""The parts of A/B tests: the plan, what the evidence says, and how it is drawn."""
