// SPDX-License-Identifier: Apache-2.0

using Dragonfly.UnitTests.Protocol.Echo.V1;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>A streaming call that the HTTP stack begins a second time, on another connection.</summary>
public sealed class AttemptTests
{
    [Fact]
    public async Task What_is_written_while_the_second_attempt_repeats_the_first_is_sent_too()
    {
        using var handler = new TwiceHandler();
        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler });
        var call = new Echo.V1.Echo.EchoClient(channel).Duplex();
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "first" });
        handler.BreakFirst();
        await handler.SecondBegan;
        var second = call.RequestStream.WriteAsync(new EchoRequest { Text = "second" });
        handler.LetSecondGo();
        await second.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "third" });
        string[] said = ["first", "second", "third"];
        Assert.Equal(said.SelectMany(text => FrameWriter.Message(new EchoRequest { Text = text }.ToByteArray())), handler.Second);
        call.Dispose();
    }

    /// <summary>Sends the request's body on one connection until it breaks, then on another, whose first write waits.</summary>
    private sealed class TwiceHandler : HttpMessageHandler
    {
        private readonly Connection _first = new(Task.CompletedTask);
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Connection _second;

        public TwiceHandler() => _second = new Connection(_go.Task);

        public Task SecondBegan => _second.Began;

        public byte[] Second => _second.ToArray();

        public void BreakFirst()
        {
            _first.IsBroken = true;
            _broken.SetResult();
        }

        public void LetSecondGo() => _go.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var first = request.Content!.CopyToAsync(_first, cancellationToken);
            await _broken.Task.WaitAsync(cancellationToken);
            await request.Content.CopyToAsync(_second, cancellationToken);
            await first;
            throw new HttpRequestException("The call has ended.");
        }

        protected override void Dispose(bool disposing)
        {
            _first.Dispose();
            _second.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Connection(Task ready) : MemoryStream
    {
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Began => _began.Task;

        public bool IsBroken { get; set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _began.TrySetResult();
            await ready.WaitAsync(cancellationToken);
            if (IsBroken)
            {
                throw new IOException("The connection broke.");
            }

            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
