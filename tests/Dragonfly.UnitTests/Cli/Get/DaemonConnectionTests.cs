// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Dragonfly.Cli.Get;
using Dragonfly.Cli.Output;

namespace Dragonfly.UnitTests.Cli.Get;

/// <summary>A daemon that accepts and then says nothing.</summary>
public sealed class DaemonConnectionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void Is_given_up_as_soon_as_the_machine_has_time_to_spare()
    {
        var looks = 0;
        var error = Assert.Throws<ToolException>(() => ListenInVain(() => ++looks < 4));
        Assert.Equal(ExitCode.Unreachable, error.Code);
        Assert.Contains("frozen or overloaded", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, looks);
    }

    [Fact]
    public void Is_given_up_in_the_end_however_busy_the_machine()
    {
        var looks = 0;
        Assert.Throws<ToolException>(() => ListenInVain(() => ++looks > 0));

        // In quarters of the limit.
        Assert.Equal((SilenceLimit.MaxStretch - 1) * 4, looks);
    }

    private static void ListenInVain(Func<bool> isStarved)
    {
        var path = Path.Combine(Path.GetTempPath(), $"dfget-silence-{Guid.NewGuid():N}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            using var connection = DaemonConnection.Open(path, TimeProvider.System, new SilenceLimit(Limit, isStarved));
            while (true)
            {
                connection.Step(TimeSpan.FromSeconds(1));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
