"""Positions de principe: what stands for each type of convention, and taking one."""
