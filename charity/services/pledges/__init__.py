"""What people and clocks do to pledges, from the claim to the confirmed wish; one module per use case."""
