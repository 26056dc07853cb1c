"""JupyterHub's configuration of a hub with one course. Copy it to the hub and change the names.

`make hub` starts a hub with this very file, on this machine alone.
"""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  (JupyterHub gives it)

COURSE = "proteins"  # the name of the service must be the course's
GRADER = "kit-grader"  # an account of its own: only it can read solutions, gradebook and submissions
INSTRUCTORS = {"kit-prof"}  # they open the formgrader, which runs as GRADER
STUDENTS = {"kit-ada", "kit-bob", "kit-cyd"}

# Loopback only. Behind a real hub's own address stands https.
c.JupyterHub.bind_url = "http://127.0.0.1:18000"
c.JupyterHub.hub_port = 18081
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:18001"

# System accounts with their passwords. Nobody becomes a user of the hub by logging in.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.open_sessions = False
c.Authenticator.allowed_users = INSTRUCTORS | STUDENTS
c.Spawner.default_url = "/lab"

# nbgrader knows the graders of a course by the name of this group.
c.JupyterHub.load_groups = {f"formgrade-{COURSE}": {"users": sorted(INSTRUCTORS)}}
c.JupyterHub.load_roles = [
    {
        "name": f"formgrade-{COURSE}",
        "groups": [f"formgrade-{COURSE}"],
        "scopes": [f"access:services!service={COURSE}", "list:services", f"read:services!service={COURSE}"],
    },
]

# The formgrader: open /services/proteins/formgrader. PYTHONPATH is the whole kit, solutions and all, in the home
# of GRADER, which nobody else may enter. Everybody else has the wheel of `make release`.
c.JupyterHub.services = [
    {
        "name": COURSE,
        "url": "http://127.0.0.1:18999",
        "command": ["jupyterhub-singleuser"],
        "user": GRADER,
        "cwd": f"/home/{GRADER}",
        "environment": {
            "JUPYTERHUB_DEFAULT_URL": "/lab",
            "PYTHONPATH": f"/home/{GRADER}/kit:/home/{GRADER}/kit/assignments",
        },
        "oauth_no_confirm": True,
    }
]
