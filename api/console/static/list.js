// Choosing from a list filters at once; typing waits for Enter or the button. Empty fields stay out of the address.
const form = document.querySelector("form.filters");

for (const select of form.querySelectorAll("select")) {
  select.addEventListener("change", () => form.requestSubmit());
}

form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData.entries()]) {
    if (value === "" || (name === "sort" && value === "newest")) event.formData.delete(name);
  }
});
