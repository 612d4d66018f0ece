import net from 'node:net';

// The line between a client and the server. It can be cut, so that every socket on it breaks without a goodbye and none can be opened,
// and mended.
export class Line {
  #sockets = new Set();
  #mended = [];
  #target;
  #server;
  isUp = true;
  connections = 0;

  constructor(target) {
    this.#target = target;
  }

  async open() {
    this.#server = net.createServer((near) => this.#join(near)).listen(0, '127.0.0.1');
    await new Promise((resolve) => this.#server.once('listening', resolve));
    return this.#server.address().port;
  }

  #join(near) {
    near.on('error', () => {});
    if (!this.isUp) {
      near.destroy();
      return;
    }

    this.connections++;
    const far = net.connect(this.#target, '127.0.0.1');
    far.on('error', () => {});
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#sockets.add(one);
      one.once('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  // Another server, as after a restart.
  lead(target) {
    this.#target = target;
  }

  cut() {
    this.isUp = false;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  mend() {
    this.isUp = true;
    for (const go of this.#mended.splice(0)) go();
  }

  // What a client waits for before it tries again.
  whenMended() {
    return this.isUp ? Promise.resolve() : new Promise((resolve) => this.#mended.push(resolve));
  }

  close() {
    this.cut();
    this.#server.close();
  }
}
