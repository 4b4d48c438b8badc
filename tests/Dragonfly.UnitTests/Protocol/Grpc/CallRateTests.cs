// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using Dragonfly.UnitTests.Protocol.Echo.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>A quick measurement of calls a second, client and server in one process; not a test of a limit.</summary>
/// <remarks>Run it alone: <c>Dragonfly.UnitTests -class "*CallRateTests" -explicit only</c>.</remarks>
public sealed class CallRateTests(ITestOutputHelper output)
{
    private const int Workers = 64;

    [Fact(Explicit = true)]
    public async Task Unary_calls_a_second()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client();
        await MeasureAsync("unary", 60_000, async () => await client.UnaryAsync(new EchoRequest { Text = "x" }));
    }

    [Fact(Explicit = true)]
    public async Task Announce_like_sessions_a_second()
    {
        // As an announcing peer: a register of 1.5 KiB and two reports up, one answer of 1 KiB down, ended by the server.
        await using var server = await EchoServer.StartAsync();
        var client = server.Client();
        var register = new EchoRequest { Payload = ByteString.CopyFrom(new byte[1500]), ReplyBytes = 1000 };
        await MeasureAsync("session", 30_000, async () =>
        {
            using var call = client.Duplex();
            await call.RequestStream.WriteAsync(register);
            await call.ResponseStream.MoveNext(CancellationToken.None);
            await call.RequestStream.WriteAsync(new EchoRequest { Mode = "quiet", Text = "started" });
            await call.RequestStream.WriteAsync(new EchoRequest { Mode = "end" });
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        });
    }

    private async Task MeasureAsync(string name, int count, Func<Task> call)
    {
        for (var round = 0; round < 3; round++)
        {
            var left = count;
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var allocated = GC.GetTotalAllocatedBytes();
            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    await call();
                }
            })));
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var cpuMicroseconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / count;
            output.WriteLine($"{name}: {count / seconds:F0}/s, {cpuMicroseconds:F0} µs CPU and {(GC.GetTotalAllocatedBytes() - allocated) / count} bytes each");
        }
    }
}
