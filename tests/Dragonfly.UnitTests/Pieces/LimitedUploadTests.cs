// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Daemon.Options;
using Dragonfly.Daemon.Upload;

namespace Dragonfly.UnitTests.Pieces;

/// <summary>A parent with a limit serves its children in turns: none of them may take it for silent.</summary>
public sealed class LimitedUploadTests
{
    private static PieceServerOptions Options => new() { Listen = new IPEndPoint(IPAddress.Loopback, 0) };

    [Theory]
    [InlineData(8 << 20, 24)]
    [InlineData(2 << 20, 32)]
    [InlineData(1 << 20, 16)]
    [InlineData(100 << 20, 128)]
    public void Everybody_has_a_turn_before_a_child_gives_its_parent_up(long limit, int uploads)
    {
        var round = TimeSpan.FromSeconds((double)uploads * Options.SliceBytesAt(limit) / limit);
        Assert.InRange(round, TimeSpan.Zero, new DownloadOptions().StallTimeout / 2);
    }

    [Fact]
    public void Without_a_limit_or_with_a_high_one_slices_are_large()
    {
        var options = Options;
        Assert.Equal(options.SliceBytes, options.SliceBytesAt(null));
        Assert.Equal(options.SliceBytes, options.SliceBytesAt(50_000_000_000));
        Assert.Equal(1000, (options with { SliceBytes = 1000 }).SliceBytesAt(1));
    }
}
