"""What people see of pledges: the donor, the service point, the township, the auditor."""
