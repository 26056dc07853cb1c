"""A real browser on the hub: Debian's Chromium, clicked through Selenium. Every step leaves a picture."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from grader.hub.serve import ADDRESS, FORMGRADER

PATIENCE = 180  # seconds: servers start, kernels start, and the machine may be busy

READY = "return window.jupyterapp.commands.hasCommand('nbgrader:open-assignment-list')"
SHOWN = """
return window.jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.outputs).map(cell =>
  cell.model.outputs.toJSON().map(out => out.text || (out.data || {})['text/plain'] || out.evalue || '').join('\\n')
).join('\\n');
"""
OPEN = """
const done = arguments[1];
window.jupyterapp.commands.execute('docmanager:open', {path: arguments[0]}).then(async widget => {
  await widget.context.ready; await widget.sessionContext.ready; done('open'); }, error => done(String(error)));
"""
WRITE = """
const notebook = window.jupyterapp.shell.currentWidget.content;
for (const cell of notebook.widgets) {
  const meta = cell.model.sharedModel.getMetadata('nbgrader');
  if (meta && meta.grade_id === arguments[0]) { cell.model.sharedModel.setSource(arguments[1]); return true; }
}
return false;
"""
LOOK = """
const notebook = window.jupyterapp.shell.currentWidget.content;
const called = cell => (cell.model.getMetadata('nbgrader') || {}).grade_id;
const place = notebook.widgets.findIndex(cell => called(cell) === arguments[0]);
notebook.activeCellIndex = place;
notebook.scrollToItem(place, 'start');
return place >= 0;
"""
COMMAND = """
const done = arguments[1];
window.jupyterapp.commands.execute(arguments[0]).then(() => done('done'), error => done(String(error)));
"""


@dataclass
class Browser:
    """One person at a browser of their own."""

    driver: Any
    pictures: Path
    who: str

    def log_in(self, password: str) -> None:
        """Log in."""
        self.driver.get(f"{ADDRESS}/hub/login")
        self.driver.find_element(By.ID, "username_input").send_keys(self.who)
        self.driver.find_element(By.ID, "password_input").send_keys(password)
        self.driver.find_element(By.ID, "login_submit").click()
        self.until(lambda: f"/user/{self.who}/" in self.driver.current_url)

    # In JupyterLab

    def log_in_to_lab(self, password: str) -> None:
        """Log in, and wait until JupyterLab is there."""
        self.log_in(password)
        self.until(lambda: self.driver.execute_script(READY))
        self.until(lambda: not self.driver.find_elements(By.ID, "jupyterlab-splash"))

    def until(self, holds: Callable[[], Any]) -> Any:
        """Wait until something holds; what is not there yet does not. TimeoutException after a while."""
        return WebDriverWait(self.driver, PATIENCE, 0.5, (WebDriverException,)).until(lambda _: holds())

    def picture(self, name: str) -> None:
        """Keep what is to be seen now."""
        taken = len(list(self.pictures.glob("*.png"))) + 1
        self.driver.save_screenshot(str(self.pictures / f"{taken:02} {self.who} {name}.png"))

    def click(self, how: str, what: str) -> None:
        """Click a thing once it is there."""

        def clicked() -> bool:
            self.driver.find_element(how, what).click()
            return True

        self.until(clicked)

    def command(self, name: str) -> None:
        """Do what a menu entry of JupyterLab does."""
        self.driver.set_script_timeout(PATIENCE)
        assert self.driver.execute_async_script(COMMAND, name) == "done", name

    def open(self, path: str) -> None:
        """Open a notebook and wait for its kernel."""
        self.driver.set_script_timeout(PATIENCE)
        opened = self.driver.execute_async_script(OPEN, path)
        assert opened == "open", opened

    def write(self, cell: str, text: str) -> None:
        """Write into a cell of the open notebook."""
        assert self.driver.execute_script(WRITE, cell, text)

    def run(self, until: str) -> str:
        """Run all cells until a text is shown; all that is shown then."""
        self.command("runmenu:run-all")
        self.until(lambda: re.search(until, self.shown()))
        return self.shown()

    def look_at(self, cell: str) -> None:
        """Scroll to a cell of the open notebook."""
        assert self.driver.execute_script(LOOK, cell)
        sleep(1)  # JupyterLab scrolls smoothly

    def shown(self) -> str:
        """All outputs of the open notebook, without colours."""
        return re.sub(r"\x1b\[[\d;]*m", "", str(self.driver.execute_script(SHOWN)))

    def assignments(self) -> None:
        """Open nbgrader's list of assignments."""
        self.command("nbgrader:open-assignment-list")

    def fetch(self, name: str) -> None:
        """Fetch an assignment."""
        self.assignments()
        self.click(By.CSS_SELECTOR, "#released_assignments_list .list_item button")
        self.until(lambda: name in self.driver.find_element(By.ID, "fetched_assignments_list").text)

    def submit(self, name: str) -> None:
        """Submit an assignment."""
        self.assignments()
        self.click(By.XPATH, "//*[@id='fetched_assignments_list']//button[normalize-space()='Submit']")
        self.until(lambda: name in self.driver.find_element(By.ID, "submitted_assignments_list").text)

    def fetch_feedback(self) -> None:
        """Fetch the feedback on what was submitted."""
        self.assignments()
        self.click(By.XPATH, "//*[@id='submitted_assignments_list']//button[contains(., 'Fetch Feedback')]")
        self.until(lambda: list(Path("/home", self.who).glob("*/feedback/*/*.html")))

    # In the formgrader

    def formgrader(self, page: str = "manage_assignments") -> None:
        """Open a page of the formgrader."""
        self.driver.get(f"{FORMGRADER}/{page}")
        self.until(lambda: self.driver.find_elements(By.CSS_SELECTOR, "table tbody tr"))
        self.until(lambda: "Loading" not in self.text())

    def row_action(self, row: str, action: str, said: str) -> None:
        """Click an action in a row of a table, wait for the words that say that it is done, and put them away."""
        place = f"//tr[td[contains(., '{row}')]]//td[contains(concat(@class, ' '), ' {action} ')]//a"
        self.click(By.XPATH, place)
        self.until(lambda: said in self.driver.find_element(By.CSS_SELECTOR, ".modal.in").text)
        self.click(By.CSS_SELECTOR, ".modal.in .close")
        self.until(lambda: not self.driver.find_elements(By.CSS_SELECTOR, ".modal.in"))

    def find(self, text: str) -> None:
        """Scroll to a text, as Ctrl+F does."""
        assert self.driver.execute_script("return window.find(arguments[0])", text)

    def text(self) -> str:
        """Everything that is to be read on the page."""
        return str(self.driver.find_element(By.TAG_NAME, "body").text)


@contextmanager
def browser(who: str, pictures: Path) -> Iterator[Browser]:
    """A browser for one person."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,1100"):
        options.add_argument(word)
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        yield Browser(driver, pictures, who)
    finally:
        driver.quit()
