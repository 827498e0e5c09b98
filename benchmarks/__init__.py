"""What Modelkeep costs, as ratios to a peer or a floor that ran in turns with it."""
