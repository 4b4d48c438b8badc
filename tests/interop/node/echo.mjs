// SPDX-License-Identifier: Apache-2.0
// gRPC peer on @grpc/grpc-js: `echo.mjs server PROTO ADDRESS [CA CERT KEY]` prints its port and serves until its input ends;
// `echo.mjs client PROTO TARGET [CA CERT KEY]` calls everything and prints a line a case, `echo.mjs limited PROTO TARGET` calls
// until it is refused; exit code 1 when one failed. With the three files both sides show certificates and check the other's.
import * as grpc from '@grpc/grpc-js';
import * as loader from '@grpc/proto-loader';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const [role, proto, target, ...files] = process.argv.slice(2);
const [ca, cert, key] = files.map((path) => readFileSync(path));
const definition = loader.loadSync(proto, { keepCase: true, defaults: true });
const { Echo } = grpc.loadPackageDefinition(definition).dragonfly.test.v1;
const unlimited = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };

const credentials = () => (ca ? grpc.credentials.createSsl(ca, key, cert) : grpc.credentials.createInsecure());
let cancelled = 0;
let onCancelled = () => {};
const noteCancelled = () => { cancelled++; onCancelled(); };

function answer(request) {
  const payload = request.reply_bytes > 0 ? Buffer.alloc(request.reply_bytes) : request.payload;
  return { text: request.text, payload, count: request.count };
}

function refusal(request) {
  if (request.mode === 'details') {
    const metadata = new grpc.Metadata();
    metadata.set('grpc-status-details-bin', request.payload);
    metadata.set('x-why', 'test');
    return { code: 13, details: request.fail_message, metadata };
  }
  return request.fail_code ? { code: request.fail_code, details: request.fail_message } : null;
}

function custom(metadata) {
  const chosen = new grpc.Metadata();
  for (const name of Object.keys(metadata.getMap()).filter((name) => name.startsWith('x-'))) {
    metadata.get(name).forEach((value) => chosen.add(name, value));
  }
  return chosen;
}

function serve() {
  const server = new grpc.Server(unlimited);
  server.addService(Echo.service, {
    Unary(call, done) {
      const error = refusal(call.request);
      if (error) return done(error);
      if (call.request.mode === 'wait') return call.on('cancelled', noteCancelled);
      if (call.request.mode === 'cancelled') {
        onCancelled = () => { if (cancelled > 0) { cancelled--; onCancelled = () => {}; done(null, answer(call.request)); } };
        return onCancelled();
      }
      if (call.request.mode !== 'metadata') return done(null, answer(call.request));
      call.sendMetadata(custom(call.metadata));
      return done(null, answer(call.request), custom(call.metadata));
    },
    ClientStream(call, done) {
      let text = '', count = 0;
      call.on('data', (request) => { text += request.text; count++; });
      call.on('end', () => done(null, { text, count }));
    },
    ServerStream(call) {
      const error = refusal(call.request);
      if (error) return call.destroy(Object.assign(new Error(error.details), error));
      call.on('cancelled', noteCancelled);
      for (let i = 0; i < call.request.count; i++) call.write({ ...answer(call.request), count: i });
      if (call.request.mode !== 'stream-then-wait') call.end();
      return undefined;
    },
    Duplex(call) {
      call.on('data', (request) => (request.mode === 'end' ? call.end() : call.write(answer(request))));
      call.on('end', () => call.end());
    },
  });
  const shown = ca
    ? grpc.ServerCredentials.createSsl(ca, [{ private_key: key, cert_chain: cert }], true)
    : grpc.ServerCredentials.createInsecure();
  server.bindAsync(target, shown, (error, port) => {
    if (error) throw error;
    console.log(port);
  });
  process.stdin.on('end', () => process.exit(0)).resume();
}

const client = role === 'server' ? null : new Echo(target, credentials(), unlimited);
const unary = (request, metadata = new grpc.Metadata(), options = {}) => new Promise((resolve, reject) => {
  const seen = {};
  const call = client.Unary(request, metadata, options, (error, response) =>
    (error ? reject(error) : setImmediate(() => resolve({ response, ...seen }))));
  call.on('metadata', (headers) => { seen.headers = headers; });
  call.on('status', (status) => { seen.status = status; });
  seen.call = call;
});
const collect = (call) => new Promise((resolve, reject) => {
  const all = [];
  call.on('data', (response) => all.push(response));
  call.on('error', reject);
  call.on('end', () => resolve(all));
});
const fails = async (promise, code) => {
  const error = await promise.then(() => assert.fail('the call succeeded'), (reason) => reason);
  assert.equal(error.code, code, error.message);
  return error;
};

const plain = (value) => value;
const raw = (path, request) => new Promise((resolve, reject) => {
  const any = new grpc.Client(target, credentials());
  any.makeUnaryRequest(path, plain, plain, Buffer.from(request), (error, value) => {
    any.close();
    if (error) reject(error); else resolve(value);
  });
});

const cases = {
  async unary() { assert.equal((await unary({ text: 'héllo' })).response.text, 'héllo'); },
  async 'large messages'() {
    const payload = Buffer.alloc(3_000_000, 7);
    assert.deepEqual((await unary({ payload })).response.payload, payload);
    assert.equal((await unary({ reply_bytes: 20_000_000 })).response.payload.length, 20_000_000);
  },
  async metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('x-text', 'value');
    metadata.set('x-some-bin', Buffer.from([0, 1, 255]));
    const { headers, status } = await unary({ mode: 'metadata' }, metadata);
    for (const got of [headers, status.metadata]) {
      assert.deepEqual(got.get('x-text'), ['value']);
      assert.deepEqual(got.get('x-some-bin'), [Buffer.from([0, 1, 255])]);
    }
  },
  async 'status and message'() {
    const error = await fails(unary({ fail_code: 5, fail_message: 'größe 100%' }), 5);
    assert.equal(error.details, 'größe 100%');
  },
  async details() {
    const error = await fails(unary({ mode: 'details', payload: Buffer.from('{"a":1}'), fail_message: 'm' }), 13);
    assert.equal(error.metadata.get('grpc-status-details-bin')[0].toString(), '{"a":1}');
  },
  async 'unexpected exception'() { await fails(unary({ mode: 'throw' }), 2); },
  async deadline() { await fails(unary({ mode: 'wait' }, new grpc.Metadata(), { deadline: Date.now() + 200 }), 4); },
  async cancel() {
    const call = client.ServerStream({ count: 1, mode: 'stream-then-wait' });
    await fails(new Promise((_, reject) => {
      call.on('data', () => call.cancel());
      call.on('error', reject);
    }), 1);
  },
  async gzip() {
    const packed = new Echo(target, credentials(), { ...unlimited, 'grpc.default_compression_algorithm': 2 });
    const payload = Buffer.alloc(100_000);
    const response = await new Promise((resolve, reject) =>
      packed.Unary({ payload }, (error, value) => (error ? reject(error) : resolve(value))));
    assert.equal(response.payload.length, 100_000);
    packed.close();
  },
  async 'too large messages'() {
    await fails(unary({ payload: Buffer.alloc(5_000_000) }), 8);
    const small = new Echo(target, credentials());
    await fails(new Promise((resolve, reject) =>
      small.Unary({ reply_bytes: 5_000_000 }, (error, value) => (error ? reject(error) : resolve(value)))), 8);
    small.close();
  },
  async 'slow reader'() {
    const call = client.ServerStream({ count: 200, reply_bytes: 100_000 });
    const counts = [];
    for await (const one of call) {
      counts.push(one.count);
      if (counts.length % 50 === 1) assert.equal((await unary({ text: 'meanwhile' })).response.text, 'meanwhile');
    }
    assert.deepEqual(counts, [...Array(200).keys()]);
  },
  async health() {
    assert.deepEqual(await raw('/grpc.health.v1.Health/Check', []), Buffer.from([8, 1]));
    await fails(raw('/grpc.health.v1.Health/Check', [10, 1, 120]), 5);
  },
  async reflection() {
    for (const version of ['v1', 'v1alpha']) {
      const any = new grpc.Client(target, credentials());
      const call = any.makeBidiStreamRequest(`/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`, plain, plain);
      call.write(Buffer.from([0x3a, 1, 0x2a]));
      call.write(Buffer.concat([Buffer.from([0x22, 22]), Buffer.from('dragonfly.test.v1.Echo')]));
      call.end();
      const answers = await collect(call);
      assert.ok(answers[0].includes('dragonfly.test.v1.Echo') && answers[1].includes('EchoRequest'), `${answers}`);
      any.close();
    }
  },
  async 'keep-alive pings are answered'() {
    const pinging = new Echo(target, credentials(), { 'grpc.keepalive_time_ms': 100, 'grpc.keepalive_timeout_ms': 15_000 });
    await fails(new Promise((resolve, reject) => pinging.Unary({ mode: 'wait' }, new grpc.Metadata(), { deadline: Date.now() + 1000 },
      (error, value) => (error ? reject(error) : resolve(value)))), 4);
    pinging.close();
  },
  async 'client stream'() {
    const response = await new Promise((resolve, reject) => {
      const call = client.ClientStream((error, value) => (error ? reject(error) : resolve(value)));
      for (const text of ['a', 'b', 'c']) call.write({ text });
      call.end();
    });
    assert.deepEqual([response.text, response.count], ['abc', 3]);
  },
  async 'server stream'() {
    const all = await collect(client.ServerStream({ count: 500, text: 'x' }));
    assert.deepEqual(all.map((one) => one.count), [...Array(500).keys()]);
    assert.deepEqual(await collect(client.ServerStream({ count: 0 })), []);
    await fails(collect(client.ServerStream({ fail_code: 7, fail_message: 'no' })), 7);
  },
  async duplex() {
    const call = client.Duplex();
    const seen = [];
    await new Promise((resolve, reject) => {
      call.on('data', (response) => {
        seen.push(response.text);
        if (seen.length < 10) call.write({ text: `${seen.length}` }); else call.end();
      });
      call.on('error', reject);
      call.on('end', resolve);
      call.write({ text: '0' });
    });
    assert.equal(seen.join(''), '0123456789');
  },
  async 'server ends a duplex call'() {
    const call = client.Duplex();
    call.write({ mode: 'end' });
    assert.deepEqual(await collect(call), []);
  },
  async 'headers before any message'() {
    const call = client.Duplex();
    await new Promise((resolve, reject) => { call.on('metadata', resolve); call.on('error', reject); });
    call.end();
    await collect(call);
  },
  async 'two hundred streams'() {
    const calls = [...Array(200).keys()].map(() => client.Duplex());
    calls.forEach((call, i) => call.write({ text: `${i}` }));
    const texts = await Promise.all(calls.map((call) => new Promise((resolve, reject) => {
      call.on('error', reject);
      call.on('data', (response) => { call.end(); resolve(response.text); });
    })));
    assert.deepEqual(texts, [...Array(200).keys()].map(String));
  },
  async unimplemented() {
    const none = new grpc.Client(target, credentials());
    await fails(new Promise((resolve, reject) => none.makeUnaryRequest(
      '/scheduler.Scheduler/RegisterPeerTask', plain, plain, Buffer.alloc(0), (error) => (error ? reject(error) : resolve()))), 12);
    none.close();
  },
};

async function limited() {
  const codes = new Set();
  for (let i = 0; i < 1000 && !codes.has(8); i++) {
    const calls = [1, 2, 3, 4].map(() => unary({}).then(() => 0, (error) => error.code));
    (await Promise.all(calls)).forEach((code) => codes.add(code));
  }
  assert.deepEqual([...codes].sort(), [0, 8]);
  console.log('ok limited');
  process.exit(0);
}

async function call() {
  let failed = 0;
  for (const [name, run] of Object.entries(cases)) {
    const late = new Promise((_, reject) => { setTimeout(() => reject(new Error('20 s passed')), 20_000).unref(); });
    try {
      await Promise.race([run(), late]);
      console.log(`ok ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED ${name}: ${error.stack}`);
    }
  }
  process.exit(failed ? 1 : 0);
}

if (role === 'server') serve(); else if (role === 'limited') await limited(); else await call();
