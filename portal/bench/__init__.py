"""What our pages cost, measured against floors that run in the same process: bin/bench."""
