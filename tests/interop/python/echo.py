# SPDX-License-Identifier: Apache-2.0
"""gRPC peer on Debian's python3-grpcio.

`echo.py server PROTO ADDRESS [CA CERT KEY]` prints its port and serves until its input ends; `echo.py client PROTO TARGET
[CA CERT KEY]` calls everything and prints a line a case, `echo.py limited PROTO TARGET` calls until it is refused; exit
code 1 when one failed. With the three files both sides show certificates and check the other's. Run it with the system's
python: the package is Debian's.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent import futures

import grpc


def compile_messages(proto):
    folder = tempfile.mkdtemp()
    try:
        subprocess.run(
            ["protoc", "-I", os.path.dirname(proto), "--python_out", folder, "--grpc_out", folder,
             "--plugin=protoc-gen-grpc=" + shutil.which("grpc_python_plugin"), os.path.basename(proto)],
            check=True)
        sys.path.insert(0, folder)
        import echo_pb2
        import echo_pb2_grpc
        return echo_pb2, echo_pb2_grpc
    finally:
        shutil.rmtree(folder, ignore_errors=True)


ROLE, PROTO, TARGET = sys.argv[1:4]
CA, CERT, KEY = [open(path, "rb").read() for path in sys.argv[4:7]] or [None] * 3
pb, rpc = compile_messages(PROTO)
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]


def open_channel(options=()):
    if CA is None:
        return grpc.insecure_channel(TARGET, options=options)
    return grpc.secure_channel(TARGET, grpc.ssl_channel_credentials(CA, KEY, CERT), options=options)


def answer(request):
    payload = bytes(request.reply_bytes) if request.reply_bytes > 0 else request.payload
    return pb.EchoResponse(text=request.text, payload=payload, count=request.count)


CANCELLED = threading.Semaphore(0)


def watch(context):
    """Notes the end of a call that ends by its caller's wish only; also of one that has ended already, whose callbacks are not taken any more."""
    ended = threading.Event()

    def end():
        CANCELLED.release()
        ended.set()

    if not context.add_callback(end):
        end()
    return ended


def act(request, context):
    custom = [entry for entry in context.invocation_metadata() if entry[0].startswith("x-")]
    if request.mode == "metadata":
        context.send_initial_metadata(custom)
        context.set_trailing_metadata(custom)
    elif request.mode == "details":
        context.set_trailing_metadata([("grpc-status-details-bin", request.payload), ("x-why", "test")])
        context.abort(grpc.StatusCode.INTERNAL, request.fail_message)
    elif request.mode == "wait":
        watch(context).wait(60)
    elif request.mode == "cancelled" and not CANCELLED.acquire(timeout=30):
        context.abort(grpc.StatusCode.UNKNOWN, "nobody cancelled a call")
    elif request.mode == "throw":
        raise ValueError("not expected")
    if request.fail_code:
        context.abort(next(code for code in grpc.StatusCode if code.value[0] == request.fail_code), request.fail_message)


class Echo(rpc.EchoServicer):
    def Unary(self, request, context):
        act(request, context)
        return answer(request)

    def ClientStream(self, requests, context):
        texts = [request.text for request in requests]
        return pb.EchoResponse(text="".join(texts), count=len(texts))

    def ServerStream(self, request, context):
        act(request, context)
        # Before the first answer: a generator is not asked for more once its caller is gone.
        ended = watch(context) if request.mode == "stream-then-wait" else None
        for number in range(request.count):
            response = answer(request)
            response.count = number
            yield response
        if ended:
            ended.wait(60)

    def Duplex(self, requests, context):
        for request in requests:
            if request.mode == "end":
                return
            yield answer(request)


def serve():
    server = grpc.server(futures.ThreadPoolExecutor(64), options=UNLIMITED)
    rpc.add_EchoServicer_to_server(Echo(), server)
    secure = CA is not None and grpc.ssl_server_credentials([(KEY, CERT)], CA, require_client_auth=True)
    print(server.add_secure_port(TARGET, secure) if secure else server.add_insecure_port(TARGET), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(0)


def fails(action, code):
    try:
        action()
    except grpc.RpcError as error:
        assert error.code() == code, error
        return error
    raise AssertionError("the call succeeded")


def check(stub):
    R, C = pb.EchoRequest, grpc.StatusCode

    def unary():
        assert stub.Unary(R(text="héllo")).text == "héllo"

    def large_messages():
        payload = b"\7" * 3_000_000
        assert stub.Unary(R(payload=payload)).payload == payload
        assert len(stub.Unary(R(reply_bytes=20_000_000)).payload) == 20_000_000

    def metadata():
        sent = [("x-text", "value"), ("x-some-bin", b"\0\1\xff")]
        _, call = stub.Unary.with_call(R(mode="metadata"), metadata=sent)
        for got in (call.initial_metadata(), call.trailing_metadata()):
            assert set(sent) <= {(key, value) for key, value in got}, got

    def status_and_message():
        error = fails(lambda: stub.Unary(R(fail_code=5, fail_message="größe 100%")), C.NOT_FOUND)
        assert error.details() == "größe 100%"

    def details():
        error = fails(lambda: stub.Unary(R(mode="details", payload=b'{"a":1}', fail_message="m")), C.INTERNAL)
        assert dict(error.trailing_metadata())["grpc-status-details-bin"] == b'{"a":1}'

    def deadline():
        fails(lambda: stub.Unary(R(mode="wait"), timeout=0.2), C.DEADLINE_EXCEEDED)

    def cancel():
        call = stub.ServerStream(R(count=1, mode="stream-then-wait"))
        next(call)
        call.cancel()
        fails(lambda: next(call), C.CANCELLED)

    def gzip():
        response = stub.Unary(R(payload=bytes(100_000)), compression=grpc.Compression.Gzip)
        assert len(response.payload) == 100_000
        call = stub.Duplex(iter([R(payload=bytes(100_000))] * 3), compression=grpc.Compression.Gzip)
        assert [len(one.payload) for one in call] == [100_000] * 3

    def too_large_messages():
        fails(lambda: stub.Unary(R(payload=bytes(5_000_000))), C.RESOURCE_EXHAUSTED)
        with open_channel() as channel:
            fails(lambda: rpc.EchoStub(channel).Unary(R(reply_bytes=5_000_000)), C.RESOURCE_EXHAUSTED)

    def slow_reader():
        call = stub.ServerStream(R(count=200, reply_bytes=100_000))
        assert next(call).count == 0
        assert stub.Unary(R(text="meanwhile")).text == "meanwhile"
        assert [one.count for one in call] == list(range(1, 200))

    def health():
        with open_channel() as channel:
            assert channel.unary_unary("/grpc.health.v1.Health/Check")(b"") == b"\x08\x01"
            fails(lambda: channel.unary_unary("/grpc.health.v1.Health/Check")(b"\x0a\x01x"), C.NOT_FOUND)

    def reflection():
        with open_channel() as channel:
            for version in ("v1", "v1alpha"):
                method = channel.stream_stream("/grpc.reflection.%s.ServerReflection/ServerReflectionInfo" % version)
                answers = list(method(iter([b"\x3a\x01*", b"\x22\x16dragonfly.test.v1.Echo"])))
                assert b"dragonfly.test.v1.Echo" in answers[0] and b"EchoRequest" in answers[1], answers

    def client_stream():
        response = stub.ClientStream(iter([R(text="a"), R(text="b"), R(text="c")]))
        assert (response.text, response.count) == ("abc", 3)

    def server_stream():
        assert [one.count for one in stub.ServerStream(R(count=500))] == list(range(500))
        assert not list(stub.ServerStream(R(count=0)))
        fails(lambda: list(stub.ServerStream(R(fail_code=7))), C.PERMISSION_DENIED)

    def duplex():
        turn = threading.Semaphore(1)

        def requests():
            for number in range(10):
                turn.acquire()
                yield R(text=str(number))

        seen = ""
        for response in stub.Duplex(requests()):
            seen += response.text
            turn.release()
        assert seen == "0123456789"

    def headers_before_any_message():
        done = threading.Event()

        def requests():
            done.wait(20)
            yield from ()

        call = stub.Duplex(requests())
        call.initial_metadata()
        done.set()
        assert not list(call)

    def two_hundred_calls():
        waiting = [stub.Unary.future(R(text=str(number))) for number in range(200)]
        assert [one.result().text for one in waiting] == [str(number) for number in range(200)]

    def unimplemented():
        with open_channel() as channel:
            method = channel.unary_unary("/scheduler.Scheduler/RegisterPeerTask")
            fails(lambda: method(b""), C.UNIMPLEMENTED)

    def placeholder_authority():
        if CA is not None:
            return  # The name is checked then.
        options = [("grpc.default_authority", "[::]:50051" if TARGET.startswith("unix") else "any.example")]
        with open_channel(options) as channel:
            assert rpc.EchoStub(channel).Unary(R(text="x")).text == "x"

    failed = False
    for case in [value for value in locals().values() if callable(value) and getattr(value, "__module__", "") == "__main__"
                 and value not in (stub,)]:
        try:
            case()
            print("ok", case.__name__, flush=True)
        except BaseException as error:  # every case is reported
            failed = True
            print("FAILED", case.__name__, repr(error), flush=True)
    return failed


def call_until_refused(stub):
    codes = set()
    for _ in range(1000):
        calls = [stub.Unary.future(pb.EchoRequest()) for _ in range(4)]
        codes |= {call.code() for call in calls}
        if grpc.StatusCode.RESOURCE_EXHAUSTED in codes:
            break
    assert codes == {grpc.StatusCode.OK, grpc.StatusCode.RESOURCE_EXHAUSTED}, codes
    print("ok limited", flush=True)


if ROLE == "server":
    serve()
else:
    with open_channel(UNLIMITED) as main_channel:
        run = call_until_refused if ROLE == "limited" else check
        result = run(rpc.EchoStub(main_channel))
    sys.exit(1 if result else 0)
