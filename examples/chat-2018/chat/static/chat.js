const log = document.getElementById('log');
const text = document.getElementById('text');
const room = document.getElementById('room').value;
const nick = prompt('Your name?') || 'guest';
const socket = new WebSocket(`ws://${location.host}/ws/${room}?nick=${encodeURIComponent(nick)}`);

socket.onmessage = (event) => {
  const message = JSON.parse(event.data);
  const item = document.createElement('li');
  item.textContent = `${message.nick}: ${message.text}`;
  log.append(item);
};
text.onchange = () => {
  socket.send(text.value);
  text.value = '';
};
