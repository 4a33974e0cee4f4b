"""Measurements against named baselines. They print ratios; timing never decides a test."""
