"""How a module of the player comes to the page: a component whose element has it imported by the address that Python tells."""

import json

import streamlit as st

from pages.work.player_files import ENTRIES, modules, style

_BOOTSTRAP = """
const modules = MODULES

/** Have the browser fetch all that an entry imports at once, not import by import. */
function preload(address) {
  const entry = address.pathname.split("/").at(-1)
  for (const name of modules[entry]) {
    const { href } = new URL(name, address)
    if (document.head.querySelector(`link[href="${href}"]`)) continue
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }))
  }
}

export default function (component) {
  // Streamlit keeps the style beside this element, so the player must not fill the parent itself
  const parentElement = component.parentElement.querySelector(".em-player-mount")
  let cleanup, superseded = false
  const address = new URL(component.data.player, document.baseURI)
  preload(address)
  import(address.href).then((module) => {
    if (!superseded) cleanup = module.default({ ...component, parentElement })
  }).catch((problem) => {
    console.error(problem)
    parentElement.textContent = "The player could not be loaded; reload the page to try again."
  })
  return () => {
    superseded = true
    if (cleanup) cleanup()
  }
}
""".replace("MODULES", json.dumps({entry: list(modules(entry)) for entry in ENTRIES}))


def component(name):
    """A component in which the module shows itself that the ``player`` of its data is the address of."""
    html = '<div class="em-player-mount"></div>'
    return st.components.v2.component(name, html=html, css=style(), js=_BOOTSTRAP, isolate_styles=False)
