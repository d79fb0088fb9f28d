// Tells of every new state of the archive. A browser opens few connections to one server, and a page with two frames would take three of
// them; so of all open pages one listens, whichever holds the lock, and tells the others.
const channel = new BroadcastChannel("debrief");
const followers = [];
let leads = false;
let latest;

const tell = (state) => {
  latest = state;
  for (const follower of followers) follower(state);
};

channel.onmessage = ({ data }) => {
  if (data !== "?") tell(data);
  else if (leads && latest) channel.postMessage(latest);
};

const spread = (state) => {
  channel.postMessage(state);
  tell(state);
};

// The lock is held until the page is closed, and then goes to another.
const lead = () =>
  new Promise(() => {
    leads = true;
    const source = new EventSource("/_debrief/events");
    source.addEventListener("state", ({ data }) => {
      const [run, version] = data.split(" ");
      spread({ run, version: Number(version) });
    });
    source.addEventListener("error", () => spread({ lost: true }));
  });

// Follow calls with {run, version} for every state from now on, and with {lost: true} when the server cannot be reached.
export const follow = (follower) => {
  followers.push(follower);
  if (followers.length > 1) return;
  channel.postMessage("?");
  if (navigator.locks) navigator.locks.request("debrief", lead);
  else lead();
};
