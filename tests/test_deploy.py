"""What ships and checks a generated project: held to schemas, and its facts to each other."""

from __future__ import annotations

import fnmatch
import http.server
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import tomllib
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema  # type: ignore[import-untyped]
from dockerfile_parse import DockerfileParser  # type: ignore[import-untyped]
from harness import node
from jsonschema.validators import validator_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.render import Renderer

# On one process: it takes a while to make all the projects.
pytestmark = pytest.mark.xdist_group("deploy")
QUESTIONS = ("stack", "package_manager", "database", "api", "redis", "frontend", "deploy", "ci")
REMEMBERED = ("auth", "chat")
"""What decides whether Redis has something that is nowhere else."""
BROWSER = ("react", "angular")
MARK = "Zyx 🦊 ${{ github.token }} $HOME"
MANIFESTS = ("deployment", "disruption", "network", "service")
AWKWARD = ("on", "off", "yes", "no", "y", "n", "true", "false", "null")
"""Short names that YAML reads as something else unless they are quoted."""


@dataclass(frozen=True)
class Project:
    """A generated project: what was answered, and its files as text."""

    answers: dict[str, Any]
    files: dict[str, str]

    def __getitem__(self, question: str) -> Any:
        """Give an answer."""
        return self.answers[question]

    @property
    def servers(self) -> list[str]:
        """The servers that it works with, by the names of their services."""
        database = {"postgresql": ["postgres"], "mysql": ["mysql"], "mongodb": ["mongo"]}.get(self["database"], [])
        return database + (["redis"] if self["redis"] else [])

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses of its servers that .env.example names, by variable."""
        named = dict(re.findall(r"^(DATABASE_URL|REDIS_URL)=(.+)$", self.files[".env.example"], re.MULTILINE))
        return {name: value for name, value in named.items() if not value.startswith("sqlite")}


@pytest.fixture(scope="module")
def projects(renderer: Renderer) -> list[Project]:
    """Every combination of the answers that reach these files, with texts that are recognised wherever they turn up."""
    questionnaire = renderer.questionnaire
    found: dict[str, Project] = {}
    plain = questionnaire.combinations([name for name in QUESTIONS if name != "frontend"])
    # A front end changes nothing of the servers: here they are always the same.
    served = (
        {**known, "frontend": frontend}
        for frontend in ("pages", *BROWSER)
        for known in questionnaire.combinations(["stack", "package_manager", "deploy", "ci"], database="postgresql")
    )
    asked = [{name: known[name] for name in QUESTIONS if name in known} for known in (*plain, *served)]
    reaching = ("stack", "database", "redis", "deploy", *REMEMBERED)
    remembered = questionnaire.combinations(reaching, stack="flask", redis=True, deploy="compose")
    asked += [{name: known[name] for name in reaching} for known in remembered]
    for answers in asked:
        if repr(answers) not in found:
            texts = {"project_name": MARK, "project_slug": "the-slug", "description": MARK}
            whole = questionnaire.complete(texts | answers)
            files = renderer.render(whole)
            found[repr(answers)] = Project(
                {name: whole[name] for name in (*QUESTIONS, *REMEMBERED)},
                {path: file.content.decode() for path, file in files.items()},
            )
    return list(found.values())


def every(*paths: str, **wanted: Any) -> Callable[[Callable[[Project], None]], Callable[[list[Project]], None]]:
    """Run a test for each project with these files and answers, a tuple standing for any of its values."""

    def decorate(test: Callable[[Project], None]) -> Callable[[list[Project]], None]:
        def run(projects: list[Project]) -> None:
            chosen = [
                project
                for project in projects
                if all(project[name] in (one if isinstance(one, tuple) else [one]) for name, one in wanted.items())
                and project.files.keys() >= set(paths)
            ]
            assert chosen
            for project in chosen:
                try:
                    test(project)
                except BaseException as error:
                    error.add_note(f"with {project.answers}")
                    raise

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        return run

    return decorate


SHIPPED = ("compose", "kubernetes")
PIPELINES = {"github": ".github/workflows/ci.yml", "gitlab": ".gitlab-ci.yml"}


# Readings of single files

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str) -> Any:
    """Read YAML."""
    return yaml.load(text, LOADER)


def compose(project: Project, variables: dict[str, str] | None = None) -> Any:
    """Read compose.yaml, with what Compose puts in for variables when they are given."""
    text = project.files["compose.yaml"]
    if variables is not None:
        text = re.sub(r"\$\{([A-Z_]+):-([^}]*)\}", lambda found: variables.get(found[1]) or found[2], text)
        assert "$" not in text
    return load(text)


def ours(project: Project) -> dict[str, Any]:
    """Give the services that run the project's own image."""
    return {name: one for name, one in compose(project, {})["services"].items() if "build" in one}


def manifest(project: Project, name: str) -> Any:
    """Read a Kubernetes manifest."""
    return load(project.files[f"deploy/kubernetes/{name}.yaml"])


def pipeline(project: Project) -> Any:
    """Read the pipeline, whose `on` YAML takes for true."""
    return load(project.files[PIPELINES[project["ci"]]])


def instructions(project: Project) -> list[tuple[str, str]]:
    """Read the Dockerfile: instruction and value of each."""
    parsed = DockerfileParser(fileobj=BytesIO(project.files["Dockerfile"].encode())).structure
    return [(one["instruction"], one["value"]) for one in parsed if one["instruction"] != "COMMENT"]


def final(project: Project) -> list[tuple[str, str]]:
    """Read the last stage of the Dockerfile: what is shipped."""
    whole = instructions(project)
    last = max(at for at, (name, _) in enumerate(whole) if name == "FROM")
    return whole[last:]


def only(project: Project, name: str) -> str:
    """Give the value of an instruction that the shipped stage has once."""
    (value,) = [value for one, value in final(project) if one == name]
    return value


def environment(project: Project) -> dict[str, str]:
    """Give the environment of the image."""
    return dict(pair.split("=", 1) for name, value in final(project) if name == "ENV" for pair in value.split())


def health_check(project: Project) -> Any:
    """Give the command of the image's health check."""
    return json.loads(only(project, "HEALTHCHECK").split("CMD ", 1)[1])


def versions(project: Project) -> Any:
    """Give the versions that the pipeline tries."""
    if project["ci"] == "github":
        return pipeline(project)["jobs"]["check"]["strategy"]["matrix"]["version"]
    return pipeline(project)["check"]["parallel"]["matrix"][0]["VERSION"]


def steps(project: Project) -> Any:
    """Give the commands of the pipeline's check, in order."""
    if project["ci"] == "github":
        return [step["run"] for step in pipeline(project)["jobs"]["check"]["steps"] if "run" in step]
    return pipeline(project)["check"]["before_script"] + pipeline(project)["check"]["script"]


def readme_commands(project: Project) -> list[str]:
    """Give every command line of the README, without what it says about it."""
    blocks = re.findall(r"```sh\n(.*?)```", project.files["README.md"], re.DOTALL)
    return [line.split("  #")[0] for block in blocks for line in block.splitlines()]


def floor(project: Project) -> Any:
    """Give the oldest version of the language that the project takes."""
    if project["stack"] == "flask":
        return tomllib.loads(project.files["pyproject.toml"])["project"]["requires-python"].removeprefix(">=")
    return json.loads(project.files["package.json"])["engines"]["node"].removeprefix(">=")


# Which files there are


@every()
def test_only_what_was_chosen_is_there(project: Project) -> None:
    """Neither a file nor a word of the README speaks of what was not chosen."""
    wanted = set()
    if project["deploy"] in SHIPPED:
        wanted |= {"Dockerfile", ".dockerignore"}
    if project["deploy"] in SHIPPED or project.servers:
        wanted |= {"compose.yaml"}
    if project["deploy"] == "kubernetes":
        wanted |= {f"deploy/kubernetes/{name}.yaml" for name in (*MANIFESTS, "kustomization")}
    wanted |= {PIPELINES[project["ci"]]} if project["ci"] != "none" else set()
    kept = re.compile(r"Dockerfile|\.dockerignore|compose\.|deploy/|\.github/|\.gitlab")
    assert {path for path in project.files if kept.match(path)} == wanted
    words = "(?!)" if project["deploy"] == "kubernetes" else "kubectl|kustom"
    words += "" if "compose.yaml" in wanted else "|docker"
    readme = project.files["README.md"].split("## Update")[0]
    assert not re.search(words, readme, re.IGNORECASE)
    assert ("## Deploy" in readme) == (project["deploy"] != "none")


@every()
def test_no_free_text_reaches_what_is_run(project: Project) -> None:
    """A name with shell, workflow and template syntax in it stays out, and what is rendered is tidy."""
    for path in {"Dockerfile", ".dockerignore", "compose.yaml", *PIPELINES.values()} | {
        f"deploy/kubernetes/{name}.yaml" for name in (*MANIFESTS, "kustomization")
    }:
        text = project.files.get(path, "")
        assert "Zyx" not in text
        assert not re.search(r"\{%|%\}|\{#|Undefined| $|\n\n\n|\A\n", text, re.MULTILINE)
        assert text == "" or (text.endswith("\n") and not text.endswith("\n\n"))


# Schemas


def matches(name: str, document: dict[str, Any]) -> None:
    """Hold a document to a schema, each document once."""
    validate(name, json.dumps(document))


@cache
def validate(name: str, document: str) -> None:
    """Hold a document to a schema, in the draft that the schema was written for."""
    schema = get_builtin_schema(name)
    validator_for(schema)(schema).validate(json.loads(document))


@every("compose.yaml")
def test_compose_keeps_to_the_specification(project: Project) -> None:
    """The Compose Specification knows every key, whatever is put in for variables."""
    matches("vendor.compose-spec", compose(project))
    matches("vendor.compose-spec", compose(project, {}))


@every(ci=("github", "gitlab"))
def test_a_pipeline_keeps_to_the_schema_of_its_service(project: Project) -> None:
    """GitHub and GitLab know every key."""
    workflow = pipeline(project)
    if True in workflow:
        workflow["on"] = workflow.pop(True)
    matches({"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[project["ci"]], workflow)


@every(deploy="kubernetes")
def test_manifests_keep_to_the_api_of_kubernetes(project: Project) -> None:
    """Every field exists, in an older version as in a new one."""
    for name in MANIFESTS:
        validate_manifest(project.files[f"deploy/kubernetes/{name}.yaml"])
    assert sorted(manifest(project, "kustomization")["resources"]) == [f"{name}.yaml" for name in MANIFESTS]


@cache
def validate_manifest(text: str) -> None:
    """Hold a manifest to the API of Kubernetes, each once."""
    for version in ("1.33", "1.37"):
        kubernetes_validate.validate(load(text), version, strict=True)


@every(deploy="kubernetes")
def test_kustomize_builds_the_manifests(project: Project) -> None:
    """All five objects come out, and the pods read the generated ConfigMap, the migration too."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not on PATH")
    built = kustomized(tuple((path, text) for path, text in project.files.items() if path.startswith("deploy/")))
    kinds = {one["kind"]: one for one in yaml.load_all(built, LOADER)}
    assert kinds.keys() == {"ConfigMap", "Service", "Deployment", "PodDisruptionBudget", "NetworkPolicy"}
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    for container in pod["containers"] + pod.get("initContainers", []):
        assert container["envFrom"][0]["configMapRef"]["name"] == kinds["ConfigMap"]["metadata"]["name"]
        assert container["image"] == "the-slug:latest"
    kubernetes_validate.validate(kinds["ConfigMap"], "1.37", strict=True)


@cache
def kustomized(project: tuple[tuple[str, str], ...]) -> str:
    """Build manifests as `kubectl apply -k` does."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in project:
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text)
        command = ["kubectl", "kustomize", f"{folder}/deploy/kubernetes"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


# The image


@every(deploy=SHIPPED)
def test_a_dockerfile_is_made_of_known_instructions(project: Project) -> None:
    """It gives up its rights after copying and ends with what it starts."""
    known = {"FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {name for name, _ in instructions(project)} == known
    names = [name for name, _ in final(project)]
    assert names.index("USER") > names.index("COPY")
    assert names[-1] == "CMD"


@every(deploy=SHIPPED)
def test_an_image_starts_what_the_readme_starts(project: Project) -> None:
    """There is one entry, and what is compiled beforehand exists."""
    command = json.loads(only(project, "CMD"))
    if project["stack"] == "flask":
        assert " ".join(["uv", "run", *command]) in readme_commands(project)
    else:
        assert json.loads(project.files["package.json"])["scripts"]["start"].endswith(" ".join(command))
        assert command[1] in project.files
        compiled = re.findall(r"import\('\./(.*?)'\)", project.files["Dockerfile"])
        assert compiled
        assert set(compiled) <= project.files.keys()


@every(deploy=SHIPPED)
def test_an_image_is_given_all_that_it_copies_and_no_more(project: Project) -> None:
    """The Dockerfile and .dockerignore name the same files, and the project has them."""
    lines = [line for line in project.files[".dockerignore"].splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    given: set[str] = set()
    copied = [
        source
        for name, value in instructions(project)
        if name == "COPY" and not value.startswith("--from")
        for source in value.split()[:-1]
    ]
    for source in copied:
        assert {source.removesuffix("*"), source.split("/")[0]} & allowed
        there = [path for path in project.files if fnmatch.fnmatch(path, source) or path.startswith(f"{source}/")]
        assert there or source.endswith("*"), f"{source} is not in the project"
        given |= set(there)
    assert {".npmrc", ".yarnrc.yml", "pnpm-workspace.yaml"} & project.files.keys() <= given
    assert allowed == {source.removesuffix("*").split("/")[0] for source in copied}


@every(deploy=SHIPPED)
def test_a_health_check_asks_the_server_and_believes_it(project: Project) -> None:
    """Its own command, run: healthy at 200, not at 503, not when nobody answers."""
    command = health_check(project)
    assert command[0] == {"flask": "python", "node": "node"}[project["stack"]]
    command[0] = sys.executable if project["stack"] == "flask" else str(node.node())
    assert asked(tuple(command), 200) == (0, "/health/live")
    assert asked(tuple(command), 503) == (1, "/health/live")
    assert asked(tuple(command), None) == (1, None)


@cache
def asked(command: tuple[str, ...], status: int | None) -> tuple[int, str | None]:
    """Run a health check against a server that answers so, or is not there; give its exit status and what it asked."""
    paths: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(status or 500)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        port = server.server_port
        if status is not None:
            threading.Thread(target=partial(server.serve_forever, 0.01), daemon=True).start()
        else:
            server.server_close()
        ended = subprocess.run(command, env={"PORT": str(port)}, capture_output=True, timeout=60, check=False)
        if status is not None:
            server.shutdown()
    return ended.returncode, paths[0] if paths else None


# Facts that are held in two files


@every(deploy=SHIPPED)
def test_the_port_is_the_same_everywhere(project: Project) -> None:
    """Image, Compose, README, Kubernetes and the pipeline agree."""
    port = environment(project)["PORT"]
    assert environment(project)["HOST"] == "0.0.0.0"
    assert environment(project)["APP_ENV"] == "production"
    assert only(project, "EXPOSE") == port
    assert compose(project)["services"]["app"]["ports"] == [f"127.0.0.1:${{PORT:-{port}}}:{port}"]
    assert f"http://127.0.0.1:{port}" in project.files["README.md"].split("## Deploy")[1]
    if project["deploy"] == "kubernetes":
        (container,) = manifest(project, "deployment")["spec"]["template"]["spec"]["containers"]
        assert container["ports"] == [{"name": "http", "containerPort": int(port)}]
        assert manifest(project, "service")["spec"]["ports"][0]["targetPort"] == "http"
    if project["ci"] == "github":
        assert f"127.0.0.1:{port}/health/ready" in pipeline(project)["jobs"]["image"]["steps"][2]["run"]


@every(deploy=SHIPPED)
def test_only_variables_that_the_project_reads_are_set(project: Project) -> None:
    """Compose, the ConfigMap and the Secret set all that .env.example lists but what the image fixes."""
    read = set(re.findall(r"^([A-Z_]+)=", project.files[".env.example"], re.MULTILINE))
    for service in ours(project).values():
        assert set(service["environment"]) == read - {"APP_ENV", "HOST", "PORT"}
    if project["deploy"] == "kubernetes":
        (settings,) = manifest(project, "kustomization")["configMapGenerator"]
        known = {line.split("=")[0] for line in settings["literals"]}
        assert known == read - {"APP_ENV", "HOST", "PORT", *project.addresses}
    assert set(environment(project)) - read <= {"PATH", "NODE_ENV", "NODE_COMPILE_CACHE", "FLASK_SKIP_DOTENV"}


@every(deploy=SHIPPED, stack="flask")
def test_a_command_in_the_image_reads_no_file(project: Project) -> None:
    """The command of Flask, which migrates, would look for .env and .flaskenv."""
    assert environment(project)["FLASK_SKIP_DOTENV"] == "1"


@every(ci=("github", "gitlab"))
def test_versions_are_those_that_the_project_takes(project: Project) -> None:
    """The oldest is the project's floor, and the image is one of those that are tried."""
    listed = versions(project)
    assert listed[0] == ".".join(floor(project).split(".")[: len(listed[0].split("."))])
    if project["deploy"] != "none":
        stages = [value for name, value in instructions(project) if name == "FROM"]
        bases = {value.split(" ")[0] for value in stages if not value.endswith(" AS frontend")}
        language = {"flask": "python", "node": "node"}[project["stack"]]
        assert bases & {f"{language}:{version}-slim" for version in listed} == bases
        assert len(bases) == 1


@every(ci=("github", "gitlab"))
def test_a_pipeline_runs_the_commands_of_the_readme(project: Project) -> None:
    """It checks format, lint, types and tests as a person would."""
    told = readme_commands(project)
    install = "uv sync" if project["stack"] == "flask" else f"{project['package_manager']} install"
    *got, format_check, lint, types, test = steps(project)
    assert got[-1] == install
    assert {format_check, lint, types} <= set(told)
    assert test in told or f"{install} && {test}" in told
    if project["stack"] == "node":
        scripts = json.loads(project.files["package.json"])["scripts"]
        assert {one.split()[-1] for one in (format_check, lint, types, test)} <= scripts.keys()


@every(ci="github")
def test_a_workflow_may_only_read(project: Project) -> None:
    """It has no more rights, no one else's actions, and no expression inside a shell line."""
    workflow = pipeline(project)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] <= 15
        for step in job["steps"]:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/x@v1"))
            assert "${{" not in step.get("run", "")
    assert ("image" in workflow["jobs"]) == (project["deploy"] != "none")


@every("compose.yaml")
def test_a_pipeline_starts_the_servers_before_the_tests(project: Project) -> None:
    """As the README does, or the same images under their own names, with addresses that fit."""
    if project["ci"] == "github":
        started = [step for step in steps(project) if step.startswith("docker compose")]
        command = f"docker compose up --detach --wait {' '.join(project.servers)}"
        assert started == ([command] if project.servers else [])
        assert set(started) <= set(readme_commands(project))
        assert steps(project).index(command) == 0 if started else True
        assert not project.addresses.keys() & pipeline(project)["jobs"]["check"]["env"].keys()
    elif project["ci"] == "gitlab":
        services, variables = pipeline(project)["check"].get("services", []), pipeline(project)["check"]["variables"]
        local = compose(project, {})["services"]
        assert [one["name"] for one in services] == [local[name]["image"] for name in project.servers]
        for name, service in zip(project.servers, services, strict=True):
            assert service["name"].startswith(f"{name}:"), "the image's name is the host's"
            if name == "mysql":
                assert service["command"] == local[name]["command"]
                assert service["variables"] == {"MYSQL_ROOT_PASSWORD": "app", "MYSQL_DATABASE": "app"}
            elif name == "redis":
                assert service.keys() == {"name"}
            else:
                assert service.get("variables") == local[name].get("environment")
        assert {name: value for name, value in variables.items() if name in {"DATABASE_URL", "REDIS_URL"}} == {
            name: value.replace("mysql://app:", "mysql://root:") for name, value in inside(project).items()
        }


@every(ci="gitlab", redis=False, database=("none", "sqlite"))
def test_a_pipeline_starts_nothing_that_is_not_needed(project: Project) -> None:
    """Without a server there is none."""
    assert "services" not in pipeline(project)["check"]


# Compose


def inside(project: Project) -> dict[str, str]:
    """Give the addresses of .env.example as services see each other."""
    hosts = dict(zip(project.addresses, project.servers, strict=True))
    return {name: value.replace("127.0.0.1", hosts[name]) for name, value in project.addresses.items()}


DATA = {"postgres": "/var/lib/postgresql", "mysql": "/var/lib/mysql", "mongo": "/data/db", "redis": "/data"}
VERSIONS = {"postgres": "postgres:18", "mysql": "mysql:8.4", "mongo": "mongo:8", "redis": "redis:8"}


def is_kept(project: Project, server: str) -> bool:
    """Tell whether a server has something that is nowhere else: Redis has sessions, or words without a database."""
    alone = project["auth"] == "session" or (project["chat"] and project["database"] == "none")
    return server != "redis" or alone


@every("compose.yaml")
def test_a_server_is_there_when_it_was_chosen(project: Project) -> None:
    """It keeps its data on a volume of its name, and only this machine reaches it, where .env.example looks for it."""
    read = compose(project, {})
    assert [name for name in read["services"] if name not in {"app", "migrate"}] == project.servers
    for name, address in zip(project.servers, project.addresses.values(), strict=True):
        service, url = read["services"][name], urlsplit(address)
        assert service["image"] == VERSIONS[name]
        assert service["ports"] == [f"{url.hostname}:{url.port}:{url.port}"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert ("restart" in service) == (project["deploy"] != "none")
        assert service.get("volumes", []) == ([f"{name}:{DATA[name]}"] if is_kept(project, name) else [])
        assert service["healthcheck"]["test"][0] == "CMD"
        if name == "redis":
            assert service["command"][-1] == ("yes" if is_kept(project, name) else "no")
            assert service.get("tmpfs", []) == ([] if is_kept(project, name) else ["/data"])
        if name == "postgres":
            assert service["environment"] == {
                "POSTGRES_USER": url.username,
                "POSTGRES_PASSWORD": url.password,
                "POSTGRES_DB": url.path[1:],
            }
        if name == "mysql":
            kept = {"MYSQL_USER": url.username, "MYSQL_PASSWORD": url.password, "MYSQL_DATABASE": url.path[1:]}
            assert service["environment"] == kept | {"MYSQL_RANDOM_ROOT_PASSWORD": "yes"}
    volumes = [name for name in project.servers if is_kept(project, name)]
    if project["database"] == "sqlite" and project["deploy"] != "none":
        volumes = ["data", *volumes]
    assert list(read.get("volumes", {})) == volumes


@every("compose.yaml")
def test_only_servers_that_are_there_are_told_to_be_started(project: Project) -> None:
    """The README names all of them, and whatever else says how to start one names a service."""
    told: dict[str, set[str]] = {}
    for path, text in project.files.items():
        for names in re.findall(r"docker compose up --detach --wait((?: [a-z]+)+)", text):
            told.setdefault(path, set()).update(names.split())
    assert told.get("README.md", set()) == set(project.servers)
    assert all(names <= set(project.servers) for names in told.values()), told


@every("compose.yaml", database="mysql")
def test_tests_may_make_a_database_of_their_own(project: Project) -> None:
    """The user of MySQL has rights on the databases whose names begin with that of the first."""
    read = compose(project, {})
    (config,) = read["services"]["mysql"]["configs"]
    assert config["target"].startswith("/docker-entrypoint-initdb.d/")
    assert read["configs"][config["source"]] == {"content": r"GRANT ALL ON `app\_%`.* TO 'app'@'%';"}


@every("compose.yaml")
def test_a_port_and_a_password_can_be_another(project: Project) -> None:
    """What .env says of them reaches server and application alike, and nothing else of it does."""
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", project.files[".env.example"], re.MULTILINE))
    asked = set(re.findall(r"\$\{([A-Z_]+):-", project.files["compose.yaml"]))
    more = {f"{name.upper()}_PORT" for name in project.servers}
    more |= {f"{name.upper()}_PASSWORD" for name in project.servers if name in {"postgres", "mysql"}}
    assert asked - example.keys() == more
    assert not asked & {"DATABASE_URL", "REDIS_URL", "APP_ENV", "HOST"}
    read = compose(project, example | dict.fromkeys(more, "7777"))
    for name in project.servers:
        assert read["services"][name]["ports"][0].split(":")[1] == "7777"
        assert "app" not in [v for k, v in read["services"][name].get("environment", {}).items() if "PASSWORD" in k]
    if project["deploy"] != "none":
        for service in (read["services"][name] for name in ours(project)):
            assert "127.0.0.1" not in str(service["environment"])
            told = {name: service["environment"][name] for name in project.addresses}
            assert told == {name: value.replace(":app@", ":7777@") for name, value in inside(project).items()}


@every(deploy=SHIPPED)
def test_services_run_with_as_few_rights_as_they_need(project: Project) -> None:
    """Nothing is writable but /tmp and the data, and there is time to stop."""
    assert only(project, "USER") == "1000:1000"
    for service in ours(project).values():
        assert service["read_only"] is True
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert compose(project)["services"]["app"]["stop_grace_period"] == "15s"


@every(deploy=SHIPPED)
def test_a_database_is_migrated_before_the_application_starts(project: Project) -> None:
    """The migration is a service of its own, on the same data, with the README's command, once the server is there."""
    has_database = project["database"] != "none"
    services = ours(project)
    assert services.keys() == {"app", "migrate"} if has_database else {"app"}
    app = services["app"]
    waits = {"migrate": {"condition": "service_completed_successfully"}} if has_database else {}
    waits |= {"redis": {"condition": "service_healthy"}} if project["redis"] else {}
    assert app.get("depends_on", {}) == waits
    if has_database:
        migrate = services["migrate"]
        databases = [name for name in project.servers if name != "redis"]
        assert migrate.get("depends_on", {}) == {name: {"condition": "service_healthy"} for name in databases}
        assert migrate["environment"] == app["environment"]
        assert "restart" not in migrate
        assert_migrates(project, migrate["command"])
    if project["database"] == "sqlite":
        folder = "/var/lib/app"
        assert app["environment"]["DATABASE_URL"] == f"sqlite:///{folder}/app.db"
        assert app["volumes"] == migrate["volumes"] == [f"data:{folder}"]
        assert any(name == "RUN" and folder in value for name, value in final(project))
    else:
        assert "/var/lib/app" not in project.files["Dockerfile"]
        assert {name: app["environment"][name] for name in project.addresses} == inside(project)


def assert_migrates(project: Project, command: list[str]) -> None:
    """Compare a command with the one that the README names."""
    told = " ".join(command)
    if project["stack"] == "node":
        assert json.loads(project.files["package.json"])["scripts"]["migrate"] == told
    else:
        assert f"uv run {told}" in readme_commands(project)


# Kubernetes


@every(deploy="kubernetes")
def test_addresses_of_servers_come_from_a_secret(project: Project) -> None:
    """The README says how to make one with all of them, and no file holds one."""
    pod = manifest(project, "deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    sources = [{"configMapRef": {"name": "the-slug"}}]
    sources += [{"secretRef": {"name": "the-slug"}}] if project.servers else []
    assert container["envFrom"] == sources
    made = [line for line in readme_commands(project) if line.startswith("kubectl create secret")]
    assert len(made) == bool(project.servers)
    if made:
        assert made[0].split()[3:5] == ["generic", "the-slug"]
        given = dict(re.findall(r"--from-literal='([A-Z_]+)=(.*?)'", made[0]))
        assert given.keys() == project.addresses.keys()
        for name, value in given.items():
            url, local = urlsplit(value), urlsplit(project.addresses[name])
            assert (url.scheme.replace("rediss", "redis"), url.port) == (local.scheme, local.port)
    for path, text in project.files.items():
        assert not path.startswith("deploy/") or "://" not in text


@every(deploy="kubernetes")
def test_each_pod_migrates_before_it_serves(project: Project) -> None:
    """With the README's command, in the same image with the same environment and rights."""
    pod = manifest(project, "deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    first = pod.get("initContainers", [])
    assert len(first) == (project["database"] != "none")
    for one in first:
        assert_migrates(project, one["command"])
        assert one.keys() - container.keys() == {"command"}
        assert all(one[key] == container[key] for key in one.keys() - {"name", "command"})
        assert {"envFrom", "resources", "securityContext", "volumeMounts"} <= one.keys()


@every(deploy="kubernetes")
def test_what_goes_out_goes_to_the_servers(project: Project) -> None:
    """To the ports of .env.example and to DNS, which finds them; to nobody when there is no server."""
    allowed = [port["port"] for rule in manifest(project, "network")["spec"]["egress"] for port in rule["ports"]]
    ports = [urlsplit(address).port for address in project.addresses.values()]
    assert allowed == ([53, 53, *ports] if ports else [])


@every(deploy="kubernetes")
def test_pods_pass_the_restricted_level(project: Project) -> None:
    """They ask for what the level wants, as the user of the image."""
    pod = manifest(project, "deployment")["spec"]["template"]["spec"]
    user, group = map(int, only(project, "USER").split(":"))
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": group,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert container["resources"]["limits"].keys() == {"memory"}


@every(deploy="kubernetes")
def test_pods_are_asked_and_given_time(project: Project) -> None:
    """Each probe asks its address, and there is time to stop."""
    pod = manifest(project, "deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["startupProbe"]["httpGet"]["path"] == "/health/live"
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert container["readinessProbe"]["timeoutSeconds"] > 2
    assert pod["terminationGracePeriodSeconds"] > container["lifecycle"]["preStop"]["sleep"]["seconds"] + 10


@every(deploy="kubernetes")
def test_every_manifest_means_the_same_pods(project: Project) -> None:
    """Labels and the image's name agree."""
    deployment = manifest(project, "deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert labels == {"app.kubernetes.io/name": "the-slug"} == deployment["spec"]["selector"]["matchLabels"]
    assert manifest(project, "service")["spec"]["selector"] == labels
    assert manifest(project, "disruption")["spec"]["selector"]["matchLabels"] == labels
    assert manifest(project, "network")["spec"]["podSelector"]["matchLabels"] == labels
    (image,) = manifest(project, "kustomization")["images"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert image["name"] == container["image"] == compose(project)["services"]["app"]["image"] == "the-slug"


@every(deploy="kubernetes")
def test_what_lives_in_memory_has_one_pod(project: Project) -> None:
    """Notes that a second process would not know are kept by one, and it is said why."""
    in_memory = project["api"] == "rest" and project["database"] == "none"
    assert (manifest(project, "deployment")["spec"]["replicas"] == 1) == in_memory
    assert ("memory of one process" in project.files["deploy/kubernetes/deployment.yaml"]) == in_memory
    assert ("one pod, because" in project.files["README.md"]) == in_memory


# Front ends


def manager(project: Project) -> str:
    """Name the package manager of the front end."""
    return "npm" if project["stack"] == "flask" else str(project["package_manager"])


@every(deploy=SHIPPED)
def test_an_image_holds_what_is_built_of_a_front_end_and_no_source(project: Project) -> None:
    """A stage of its own builds it with the project's package manager; it lies where the application reads it."""
    stages = [value for name, value in instructions(project) if name == "FROM"]
    built = [value for value in stages if value.endswith(" AS frontend")]
    assert built == (["node:24-slim AS frontend"] if project["frontend"] in BROWSER else [])
    copied = [value for name, value in final(project) if name == "COPY"]
    folder = ["--from=frontend /srv/frontend/dist /srv/frontend/dist"] if built else []
    assert copied == ["--from=build /srv /srv", *folder]
    assert ("frontend" in project.files["Dockerfile"]) == ("frontend" in project.files[".dockerignore"]) == bool(built)
    if built:
        runs = [value for name, value in instructions(project) if name == "RUN"]
        assert f"{manager(project)} run build" in runs
        assert any(
            value.endswith(f"{manager(project)} install{' --no-audit --no-fund' * (manager(project) == 'npm')}")
            for value in runs
        )
        ignored = project.files[".dockerignore"].splitlines()
        assert ignored.index("!frontend") < ignored.index("frontend/node_modules")
        assert ignored.index("!frontend") < ignored.index("frontend/dist")


@every(ci=("github", "gitlab"))
def test_a_pipeline_checks_and_builds_a_front_end(project: Project) -> None:
    """With the commands of the README, each a script that there is."""
    jobs = pipeline(project)["jobs"] if project["ci"] == "github" else pipeline(project)
    assert ("frontend" in jobs) == (project["frontend"] in BROWSER)
    if "frontend" in jobs:
        job = jobs["frontend"]
        listed = (
            [step["run"] for step in job["steps"] if "run" in step]
            if "steps" in job
            else job["before_script"] + job["script"]
        )
        *_, install, format_check, lint, types, test, build = listed
        told = "\n".join(readme_commands(project))
        for command in (install, format_check, lint, types, test, build):
            assert command in told, command
        scripts = json.loads(project.files["frontend/package.json"])["scripts"]
        names = [command.split()[-1] for command in (format_check, lint, types, test, build)]
        assert names == ["format:check", "lint", "types", "test", "build"]
        assert {*names, "dev", "format"} <= scripts.keys()
        assert ("api" in scripts) == (project["api"] == "rest")
    if project["frontend"] in BROWSER:
        behind = {
            "flask": "uv run --directory .. flask run --debug --no-debugger --port 8000",
            "npm": "npm --prefix .. run dev",
            "yarn": "yarn --cwd .. dev",
            "pnpm": "pnpm --dir .. dev",
        }["flask" if project["stack"] == "flask" else manager(project)]
        scripts = json.loads(project.files["frontend/package.json"])["scripts"]
        assert behind in scripts["dev"]


# Names


@pytest.mark.parametrize("slug", AWKWARD)
def test_a_name_that_yaml_reads_otherwise_stays_a_name(renderer: Renderer, slug: str) -> None:
    """Compose and Kubernetes get it as text, wherever it stands."""
    answers = {"deploy": "kubernetes", "database": "postgresql", "redis": True, "stack": "flask"}
    plain, awkward = (
        renderer.render(renderer.questionnaire.complete({**answers, "project_slug": name})) for name in ("plain", slug)
    )
    read = [path for path in plain if path == "compose.yaml" or path.startswith("deploy/")]
    assert len(read) == 6
    for path in read:
        expected = json.dumps(load(plain[path].content.decode())).replace("plain", slug)
        assert json.dumps(load(awkward[path].content.decode())) == expected, path


def test_the_version_of_a_server_is_said_once(template: Path) -> None:
    """Whoever raises one finds it in one place."""
    found = [
        path.relative_to(template).as_posix()
        for path in (template / "template").rglob("*")
        if path.is_file() and re.search(r"\b(postgres|mysql|mongo|redis):\d+(\.\d+)?['\s]", path.read_text())
    ]
    assert found == ["template/shared/deploy/versions.jinja"]
