// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Options;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Storage.Claims;
using Dragonfly.Testing.Time;
using Dragonfly.UnitTests.Storage;

namespace Dragonfly.UnitTests.Daemon.Pieces;

/// <summary>Whose fault it is when a piece does not come in time.</summary>
public sealed class ParentFetcherTests
{
    private static readonly TimeSpan PieceTimeout = TimeSpan.FromMinutes(6);
    private static readonly ParentPiece Piece = new(
        StoreFixture.IdOf(1), new PieceNumber(0), PeerId.Parse("peer"), HostId.Parse("host"), new IPEndPoint(IPAddress.Loopback, 1), KeepAlive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_piece_that_takes_too_long_is_the_parent_s_failure(bool throws)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var clock = new ManualTimeProvider();
        using var limits = new TransferLimits(new DaemonOptions(), clock);
        var fetcher = new ParentFetcher(new SlowTransport(throws), limits, PieceTimeout, clock);
        var fetching = fetcher.FetchAsync(Piece, fixture.Create(100).TryClaim(new PieceNumber(0))!, CancellationToken.None);
        await clock.WaitForTimerAsync(PieceTimeout);
        clock.Advance(PieceTimeout);
        var failure = (await fetching).Failure;
        Assert.Equal((FailureKind.TimedOut, FailureSource.Parent), (failure!.Kind, failure.Source));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_piece_that_is_no_longer_wanted_is_nobody_s_failure(bool throws)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        using var limits = new TransferLimits(new DaemonOptions(), TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var fetcher = new ParentFetcher(new SlowTransport(throws), limits, PieceTimeout, TimeProvider.System);
        var fetching = fetcher.FetchAsync(Piece, fixture.Create(100).TryClaim(new PieceNumber(0))!, stop.Token);
        await stop.CancelAsync();
        Assert.Equal(FailureKind.Cancelled, (await fetching).Failure!.Kind);
    }

    /// <summary>Brings nothing until it is given up; says so as a result, as the real one does, or by throwing.</summary>
    private sealed class SlowTransport(bool throws) : IPieceTransport
    {
        public async ValueTask<Result<FinishedPiece>> FetchAsync(ParentPiece piece, PieceClaim claim, CancellationToken cancellationToken)
        {
            var never = new TaskCompletionSource<Result<FinishedPiece>>(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                return await never.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (!throws)
            {
                return new Failure(FailureKind.Cancelled, FailureSource.Local, "No longer wanted.");
            }
        }
    }
}
