"""What people are told about, when, where and until when: pure rules."""
