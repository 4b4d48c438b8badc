// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using Dragonfly.Backends;
using Dragonfly.Daemon;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Options;
using Dragonfly.Daemon.Pieces;
using Dragonfly.UnitTests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Daemon.Pieces;

/// <summary>An origin without a length, read once and cut into pieces.</summary>
public sealed class OriginStreamTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Fact]
    public async Task A_length_that_a_parent_tells_meanwhile_ends_the_stream_there()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        await using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var limits = new TransferLimits(new DaemonOptions(), TimeProvider.System);
        var telemetry = new DaemonTelemetry(meters.GetRequiredService<IMeterFactory>());
        var origin = new OriginFetcher(new BackendRegistry([]), limits, telemetry, TimeProvider.System);
        var content = StoreFixture.Content(PieceLength * 2);
        var task = fixture.Create(null);
        var response = new OriginResponse(new MemoryStream(content)) { Range = (0, null), TotalLength = null, IsPartial = false };
        var finished = new List<int>();
        var failure = await origin.StreamAsync(
            task,
            response,
            piece =>
            {
                finished.Add(piece.Number.Value);
                if (piece.Number.Value == 1)
                {
                    task.FixLength(content.Length);
                }

                return ValueTask.CompletedTask;
            },
            CancellationToken.None);
        Assert.Null(failure);
        Assert.Equal([0, 1], finished);
        Assert.Equal(content, await fixture.ExportAsync(task));
    }
}
