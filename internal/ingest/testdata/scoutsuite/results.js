scoutsuite_results =
{
  "account_id": "123456789012",
  "all_projects": false,
  "last_run": {
    "ruleset_about": "The standard rules.", "ruleset_name": "default",
    "run_parameters": {"excluded_regions": ["us-gov-west-1"], "regions": null, "services": [], "skipped_services": ["kms"]},
    "summary": {}, "time": "2021-10-01 18:47:10+0000", "version": "5.10.2"
  },
  "metadata": {},
  "provider_code": "aws",
  "services": {
    "ec2": {
      "findings": {
        "ec2-default-security-group-with-rules": {
          "checked_items": 2, "compliance": [{"name": "CIS Amazon Web Services Foundations", "reference": "4.3", "version": "1.2.0"}], "dashboard_name": "Rulesets", "description": "Non-empty Rulesets for Default Security Groups",
          "flagged_items": 1, "items": ["ec2.regions.eu-west-1.vpcs.vpc-1.security_groups.sg-1.rules.ingress.default_with_rules"], "level": "warning", "path": "ec2.regions.id", "rationale": "<b>Default</b> groups should be empty.", "references": ["https://docs.aws.amazon.com/sg"], "remediation": "Empty them.", "service": "EC2"
        },
        "ec2-nothing": {"checked_items": 1, "compliance": null, "description": "Nothing", "flagged_items": 0, "items": [], "level": "danger", "rationale": "", "references": null, "remediation": null, "service": "EC2"}
      },
      "regions": {"eu-west-1": {"id": "eu-west-1", "name": "eu-west-1", "vpcs": {"vpc-1": {"security_groups": {"sg-1": {"name": "default", "rules": {"ingress": {}}}}}}}}
    },
    "s3": {
      "buckets": {"5eb6": {"arn": "arn:aws:s3:::invoices", "name": "invoices", "policy": {"Statement": [1, 2]}}},
      "findings": {
        "s3-bucket-allowing-cleartext": {"checked_items": 1, "compliance": null, "description": "Bucket Allowing Clear Text (HTTP) Communication", "flagged_items": 1, "items": ["s3.buckets.5eb6.secure_transport_enabled"], "level": "danger", "rationale": "HTTP is read on the way.", "references": null, "remediation": null, "service": "S3"}
      }
    }
  }
}
