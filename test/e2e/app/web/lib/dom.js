// Builds elements from texts, never from markup.
export function element(name, text, properties = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  return Object.assign(made, properties);
}

export function row(...cells) {
  const made = document.createElement('tr');
  for (const cell of cells) {
    const column = document.createElement('td');
    column.append(cell);
    made.append(column);
  }
  return made;
}
