"""What ships and checks a generated project: image, Compose, Kubernetes and pipelines, held to schemas and to each other."""

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
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from dockerfile_parse import DockerfileParser
from harness import node
from harness.questionnaire import Answers, Questionnaire, snapshot
from harness.render import Renderer
from jsonschema import Draft7Validator

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTIONS = ("stack", "package_manager", "database", "api", "deploy", "ci")
MARK = "Zyx 🦊 ${{ github.token }} $HOME"
MANIFESTS = ("deployment", "disruption", "network", "service")


@cache
def renderer() -> Renderer:
    """Render the checkout, with texts that are recognised wherever they turn up."""
    texts = {"project_name": MARK, "project_slug": "the-slug", "description": MARK}
    return Renderer(Questionnaire(snapshot(), texts))


@cache
def combinations() -> tuple[dict[str, Any], ...]:
    """Every combination of the answers that reach these files."""
    seen: dict[str, dict[str, Any]] = {}
    for known in renderer().questionnaire.combinations(QUESTIONS):
        seen.setdefault(repr([known[name] for name in QUESTIONS]), {name: known[name] for name in QUESTIONS})
    return tuple(seen.values())


@cache
def _files(given: tuple[tuple[str, Any], ...]) -> dict[str, str]:
    questionnaire = renderer().questionnaire
    texts = {"project_name": MARK, "project_slug": "the-slug", "description": MARK}
    known: Answers = questionnaire.complete(texts | dict(given))
    return {path: file.content.decode() for path, file in renderer().render(known).items()}


def files(answers: dict[str, Any]) -> dict[str, str]:
    """Give the project of these answers, as text by path."""
    return _files(tuple(answers.items()))


def every(**wanted: Any) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Run a test for each combination that holds these answers, a tuple standing for one of its values; say which one failed."""

    def decorate(test: Callable[..., None]) -> Callable[[], None]:
        def run() -> None:
            chosen = [
                answers
                for answers in combinations()
                if all(answers[name] in ([one] if isinstance(one, str) else one) for name, one in wanted.items())
            ]
            assert chosen
            for answers in chosen:
                try:
                    test(answers)
                except BaseException as error:
                    error.add_note(f"with {answers}")
                    raise

        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        return run

    return decorate


SHIPPED = ("compose", "kubernetes")
PIPELINES = {"github": ".github/workflows/ci.yml", "gitlab": ".gitlab-ci.yml"}


# Readings of single files


def compose(answers: dict[str, Any]) -> dict[str, Any]:
    """Read compose.yaml."""
    return yaml.safe_load(files(answers)["compose.yaml"])


def manifest(answers: dict[str, Any], name: str) -> dict[str, Any]:
    """Read a Kubernetes manifest."""
    return yaml.safe_load(files(answers)[f"deploy/kubernetes/{name}.yaml"])


def pipeline(answers: dict[str, Any]) -> dict[str, Any]:
    """Read the pipeline, whose `on` YAML takes for true."""
    return yaml.safe_load(files(answers)[PIPELINES[answers["ci"]]])


def instructions(answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Read the Dockerfile: instruction and value of each."""
    parsed = DockerfileParser(fileobj=BytesIO(files(answers)["Dockerfile"].encode())).structure
    return [(one["instruction"], one["value"]) for one in parsed if one["instruction"] != "COMMENT"]


def final(answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Read the last stage of the Dockerfile: what is shipped."""
    whole = instructions(answers)
    last = max(at for at, (name, _) in enumerate(whole) if name == "FROM")
    return whole[last:]


def only(answers: dict[str, Any], name: str) -> str:
    """Give the value of an instruction that the shipped stage has once."""
    (value,) = [value for one, value in final(answers) if one == name]
    return value


def environment(answers: dict[str, Any]) -> dict[str, str]:
    """Give the environment of the image."""
    return dict(pair.split("=", 1) for name, value in final(answers) if name == "ENV" for pair in value.split())


def health_check(answers: dict[str, Any]) -> list[str]:
    """Give the command of the image's health check."""
    return json.loads(only(answers, "HEALTHCHECK").split("CMD ", 1)[1])


def versions(answers: dict[str, Any]) -> list[str]:
    """Give the versions that the pipeline tries."""
    if answers["ci"] == "github":
        return pipeline(answers)["jobs"]["check"]["strategy"]["matrix"]["version"]
    return pipeline(answers)["check"]["parallel"]["matrix"][0]["VERSION"]


def steps(answers: dict[str, Any]) -> list[str]:
    """Give the commands of the pipeline's check, in order."""
    if answers["ci"] == "github":
        return [step["run"] for step in pipeline(answers)["jobs"]["check"]["steps"] if "run" in step]
    return pipeline(answers)["check"]["before_script"] + pipeline(answers)["check"]["script"]


def readme_commands(answers: dict[str, Any]) -> list[str]:
    """Give every command line of the README, without what it says about it."""
    blocks = re.findall(r"```sh\n(.*?)```", files(answers)["README.md"], re.DOTALL)
    return [line.split("  #")[0] for block in blocks for line in block.splitlines()]


def floor(answers: dict[str, Any]) -> str:
    """Give the oldest version of the language that the project takes."""
    if answers["stack"] == "flask":
        return tomllib.loads(files(answers)["pyproject.toml"])["project"]["requires-python"].removeprefix(">=")
    return json.loads(files(answers)["package.json"])["engines"]["node"].removeprefix(">=")


# Which files there are


@every()
def test_only_what_was_chosen_is_there(answers: dict[str, Any]) -> None:
    wanted = set()
    if answers["deploy"] in SHIPPED:
        wanted |= {"Dockerfile", ".dockerignore", "compose.yaml"}
    if answers["deploy"] == "kubernetes":
        wanted |= {f"deploy/kubernetes/{name}.yaml" for name in (*MANIFESTS, "kustomization")}
    wanted |= {PIPELINES[answers["ci"]]} if answers["ci"] != "none" else set()
    ours = re.compile(r"Dockerfile|\.dockerignore|compose\.|deploy/|\.github/|\.gitlab")
    assert {path for path in files(answers) if ours.match(path)} == wanted
    words = (
        r"docker|kubectl|kustom"
        if answers["deploy"] == "none"
        else "kubectl|kustom"
        if answers["deploy"] == "compose"
        else "(?!)"
    )
    readme = files(answers)["README.md"].split("## Update")[0]
    assert not re.search(words, readme, re.IGNORECASE)
    assert ("## Deploy" in readme) == (answers["deploy"] != "none")


@every()
def test_no_free_text_reaches_what_is_run(answers: dict[str, Any]) -> None:
    for path in {"Dockerfile", ".dockerignore", "compose.yaml", *PIPELINES.values()} | {
        f"deploy/kubernetes/{name}.yaml" for name in (*MANIFESTS, "kustomization")
    }:
        text = files(answers).get(path, "")
        assert "Zyx" not in text
        assert not re.search(r"\{%|%\}|\{#|Undefined| $|\n\n\n|\A\n", text, re.MULTILINE)
        assert text == "" or text.endswith("\n") and not text.endswith("\n\n")


# Schemas


@every(deploy=SHIPPED)
def test_compose_keeps_to_the_specification(answers: dict[str, Any]) -> None:
    Draft7Validator(get_builtin_schema("vendor.compose-spec")).validate(compose(answers))


@every(ci=("github", "gitlab"))
def test_a_pipeline_keeps_to_the_schema_of_its_service(answers: dict[str, Any]) -> None:
    schema = get_builtin_schema({"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[answers["ci"]])
    workflow = pipeline(answers)
    if True in workflow:
        workflow["on"] = workflow.pop(True)
    Draft7Validator(schema).validate(workflow)


@every(deploy="kubernetes")
def test_manifests_keep_to_the_api_of_kubernetes(answers: dict[str, Any]) -> None:
    for name in MANIFESTS:
        for version in ("1.33", "1.37"):
            kubernetes_validate.validate(manifest(answers, name), version, strict=True)
    assert sorted(manifest(answers, "kustomization")["resources"]) == [f"{name}.yaml" for name in MANIFESTS]


@every(deploy="kubernetes")
def test_kustomize_builds_the_manifests(answers: dict[str, Any]) -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not on PATH")
    built = kustomized(tuple((path, text) for path, text in files(answers).items() if path.startswith("deploy/")))
    kinds = {one["kind"]: one for one in yaml.safe_load_all(built)}
    assert kinds.keys() == {"ConfigMap", "Service", "Deployment", "PodDisruptionBudget", "NetworkPolicy"}
    container = kinds["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    assert container["envFrom"][0]["configMapRef"]["name"] == kinds["ConfigMap"]["metadata"]["name"]
    kubernetes_validate.validate(kinds["ConfigMap"], "1.37", strict=True)


@cache
def kustomized(project: tuple[tuple[str, str], ...]) -> str:
    """Build manifests as `kubectl apply -k` does."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in project:
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text)
        command = ["kubectl", "kustomize", Path(folder) / "deploy" / "kubernetes"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


# The image


@every(deploy=SHIPPED)
def test_a_dockerfile_is_made_of_known_instructions(answers: dict[str, Any]) -> None:
    known = {"FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {name for name, _ in instructions(answers)} == known
    names = [name for name, _ in final(answers)]
    assert names.index("USER") > names.index("COPY")
    assert names[-1] == "CMD"


@every(deploy=SHIPPED)
def test_an_image_starts_what_the_readme_starts(answers: dict[str, Any]) -> None:
    command = json.loads(only(answers, "CMD"))
    if answers["stack"] == "flask":
        assert ["uv", "run", *command] == readme_commands(answers)[0].split()
    else:
        assert json.loads(files(answers)["package.json"])["scripts"]["start"].endswith(" ".join(command))
        assert command[1] in files(answers)


@every(deploy=SHIPPED)
def test_an_image_is_given_all_that_it_copies_and_no_more(answers: dict[str, Any]) -> None:
    lines = [line for line in files(answers)[".dockerignore"].splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = [
        source
        for name, value in instructions(answers)
        if name == "COPY" and not value.startswith("--from")
        for source in value.split()[:-1]
    ]
    for source in copied:
        assert {source.removesuffix("*"), source.split("/")[0]} & allowed
        there = [path for path in files(answers) if fnmatch.fnmatch(path, source) or path.startswith(f"{source}/")]
        assert there or source.endswith("*"), f"{source} is not in the project"
    assert allowed == {source.removesuffix("*").split("/")[0] for source in copied}


@every(deploy=SHIPPED)
def test_a_health_check_asks_the_server_and_believes_it(answers: dict[str, Any]) -> None:
    command = health_check(answers)
    assert command[0] == {"flask": "python", "node": "node"}[answers["stack"]]
    command[0] = sys.executable if answers["stack"] == "flask" else str(node.node())
    assert asked(tuple(command), 200) == (0, "/health/live")
    assert asked(tuple(command), 503) == (1, "/health/live")
    assert asked(tuple(command), None) == (1, None)


@cache
def asked(command: tuple[str, ...], status: int | None) -> tuple[int, str | None]:
    """Run a health check against a server that answers so, or that is not there; give its exit status and what it asked for."""
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
    return ended.returncode, (paths or [None])[0]


# Facts that are held in two files


@every(deploy=SHIPPED)
def test_the_port_is_the_same_everywhere(answers: dict[str, Any]) -> None:
    port = environment(answers)["PORT"]
    assert environment(answers)["HOST"] == "0.0.0.0"
    assert environment(answers)["APP_ENV"] == "production"
    assert only(answers, "EXPOSE") == port
    assert compose(answers)["services"]["app"]["ports"] == [f"127.0.0.1:${{PORT:-{port}}}:{port}"]
    assert f"http://127.0.0.1:{port}" in files(answers)["README.md"].split("## Deploy")[1]
    if answers["deploy"] == "kubernetes":
        (container,) = manifest(answers, "deployment")["spec"]["template"]["spec"]["containers"]
        assert container["ports"] == [{"name": "http", "containerPort": int(port)}]
        assert manifest(answers, "service")["spec"]["ports"][0]["targetPort"] == "http"
    if answers["ci"] == "github":
        assert f"127.0.0.1:{port}/health/ready" in pipeline(answers)["jobs"]["image"]["steps"][2]["run"]


@every(deploy=SHIPPED)
def test_only_variables_that_the_project_reads_are_set(answers: dict[str, Any]) -> None:
    read = set(re.findall(r"^([A-Z_]+)=", files(answers)[".env.example"], re.MULTILINE))
    for service in compose(answers)["services"].values():
        assert set(service["environment"]) == read - {"APP_ENV", "HOST", "PORT"}
    assert set(re.findall(r"\$\{([A-Z_]+)", files(answers)["compose.yaml"])) <= read
    if answers["deploy"] == "kubernetes":
        (settings,) = manifest(answers, "kustomization")["configMapGenerator"]
        assert {line.split("=")[0] for line in settings["literals"]} == read - {"APP_ENV", "HOST", "PORT"}
    assert set(environment(answers)) - read <= {"PATH", "NODE_ENV", "NODE_COMPILE_CACHE"}


@every(ci=("github", "gitlab"))
def test_versions_are_those_that_the_project_takes(answers: dict[str, Any]) -> None:
    listed = versions(answers)
    assert listed[0] == ".".join(floor(answers).split(".")[: len(listed[0].split("."))])
    if answers["deploy"] != "none":
        bases = {value.split(" ")[0] for name, value in instructions(answers) if name == "FROM"}
        language = {"flask": "python", "node": "node"}[answers["stack"]]
        assert bases & {f"{language}:{version}-slim" for version in listed} == bases
        assert len(bases) == 1


@every(ci=("github", "gitlab"))
def test_a_pipeline_runs_the_commands_of_the_readme(answers: dict[str, Any]) -> None:
    told = readme_commands(answers)
    install = "uv sync" if answers["stack"] == "flask" else f"{answers['package_manager']} install"
    *got, format_check, lint, types, test = steps(answers)
    assert got[-1] == install
    assert {format_check, lint, types} <= set(told)
    assert test in told or f"{install} && {test}" in told
    if answers["stack"] == "node":
        scripts = json.loads(files(answers)["package.json"])["scripts"]
        assert {one.split()[-1] for one in (format_check, lint, types, test)} <= scripts.keys()


@every(ci="github")
def test_a_workflow_may_only_read(answers: dict[str, Any]) -> None:
    workflow = pipeline(answers)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] <= 15
        for step in job["steps"]:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/x@v1"))
            assert "${{" not in step.get("run", "")
    assert ("image" in workflow["jobs"]) == (answers["deploy"] != "none")


# Compose


@every(deploy=SHIPPED)
def test_services_run_with_as_few_rights_as_they_need(answers: dict[str, Any]) -> None:
    assert only(answers, "USER") == "1000:1000"
    for service in compose(answers)["services"].values():
        assert service["read_only"] is True
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert compose(answers)["services"]["app"]["stop_grace_period"] == "15s"


@every(deploy=SHIPPED)
def test_a_database_is_migrated_before_the_application_starts(answers: dict[str, Any]) -> None:
    read = compose(answers)
    has_database = answers["database"] != "none"
    assert ("migrate" in read["services"]) == has_database
    assert ("volumes" in read) == (answers["database"] == "sqlite")
    if has_database:
        migrate, app = read["services"]["migrate"], read["services"]["app"]
        assert app["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert migrate["environment"] == app["environment"]
        assert "restart" not in migrate
        told = " ".join(migrate["command"])
        if answers["stack"] == "node":
            assert json.loads(files(answers)["package.json"])["scripts"]["migrate"] == told
        else:
            assert f"uv run {told}" in readme_commands(answers)
    if answers["database"] == "sqlite":
        folder = "/var/lib/app"
        assert app["environment"]["DATABASE_URL"] == f"sqlite:///{folder}/app.db"
        assert app["volumes"] == migrate["volumes"] == [f"data:{folder}"]
        assert any(name == "RUN" and folder in value for name, value in final(answers))
    else:
        assert "/var/lib/app" not in files(answers)["Dockerfile"]


# Kubernetes


@every(deploy="kubernetes")
def test_pods_pass_the_restricted_level(answers: dict[str, Any]) -> None:
    pod = manifest(answers, "deployment")["spec"]["template"]["spec"]
    user, group = map(int, only(answers, "USER").split(":"))
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
def test_pods_are_asked_and_given_time(answers: dict[str, Any]) -> None:
    pod = manifest(answers, "deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["startupProbe"]["httpGet"]["path"] == "/health/live"
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert container["readinessProbe"]["timeoutSeconds"] > 2
    assert pod["terminationGracePeriodSeconds"] > container["lifecycle"]["preStop"]["sleep"]["seconds"] + 10


@every(deploy="kubernetes")
def test_every_manifest_means_the_same_pods(answers: dict[str, Any]) -> None:
    deployment = manifest(answers, "deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert labels == {"app.kubernetes.io/name": "the-slug"} == deployment["spec"]["selector"]["matchLabels"]
    assert manifest(answers, "service")["spec"]["selector"] == labels
    assert manifest(answers, "disruption")["spec"]["selector"]["matchLabels"] == labels
    assert manifest(answers, "network")["spec"]["podSelector"]["matchLabels"] == labels
    (image,) = manifest(answers, "kustomization")["images"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert image["name"] == container["image"] == compose(answers)["services"]["app"]["image"] == "the-slug"


@every(deploy="kubernetes")
def test_what_lives_in_memory_has_one_pod(answers: dict[str, Any]) -> None:
    in_memory = answers["api"] == "rest" and answers["database"] == "none"
    assert (manifest(answers, "deployment")["spec"]["replicas"] == 1) == in_memory
    assert ("memory of one process" in files(answers)["deploy/kubernetes/deployment.yaml"]) == in_memory
    assert ("one pod, because" in files(answers)["README.md"]) == in_memory
