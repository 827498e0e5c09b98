"""Where a version comes from: this installation's own seal, signatures, policies, bills, cards."""
