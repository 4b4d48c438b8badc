// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Daemon.Rpc;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Storage;
using Dragonfly.UnitTests.Daemon.Downloads;
using Dragonfly.UnitTests.Storage;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Daemon.Rpc;

/// <summary>What a caller is told, however late it reads.</summary>
public sealed class DownloadStreamTests : IAsyncLifetime
{
    private const int PieceLength = StoreFixture.PieceLength;

    private readonly byte[] _content = StoreFixture.Content((PieceLength * 2) + 5);
    private readonly PieceSet _pieces = new();
    private readonly Responses _told = new();
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private StoreFixture _store = null!;
    private DownloadServices _services = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await StoreFixture.OpenAsync();
        _services = DownloadFixture.ServicesOf(_store, _meters, schedulers: null!);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _meters.DisposeAsync();
    }

    [Fact]
    public async Task Pieces_that_finish_while_the_start_waits_to_be_read_are_listed_as_they_were()
    {
        var task = _store.Create(_content.Length);
        using var subscription = Subscribe(DownloadFixture.Request);
        Finish(task, 0);
        _pieces.SetCount(3);
        subscription.Start(task, _pieces);
        subscription.Tell(Finish(task, 1), PieceOriginOf(task, 1));
        subscription.Tell(Finish(task, 2), PieceOriginOf(task, 2));
        subscription.End(null);
        await TellAsync(subscription);
        var started = _told.All[0].DownloadTaskStartedResponse;
        Assert.Equal([true, false, false], started.Pieces.Select(piece => piece.Digest.Length > 0));
        Assert.False(started.IsFinished);
        Assert.Equal([0u, 1u, 2u], Numbers());
    }

    [Fact]
    public async Task A_growing_content_is_told_as_it_comes_and_listed_at_its_end()
    {
        var task = _store.Create(null);
        using var subscription = Subscribe(DownloadFixture.Request with { TakesGrowing = true });
        subscription.StartGrowing(task, _pieces);
        subscription.Tell(Finish(task, 0), PieceOriginOf(task, 0));
        subscription.StartGrowing(task, _pieces);
        subscription.Tell(Finish(task, 1), PieceOriginOf(task, 1));
        Assert.False(subscription.IsSatisfied);
        task.FixLength(_content.Length);
        var last = Finish(task, 2);
        _pieces.SetCount(3);
        subscription.Start(task, _pieces);
        Assert.True(subscription.IsSatisfied);
        subscription.End(null);
        await TellAsync(subscription);
        var started = _told.All.Where(message => message.DownloadTaskStartedResponse is not null).Select(message => message.DownloadTaskStartedResponse).ToArray();
        Assert.Equal([0ul, (ulong)_content.Length], started.Select(message => message.ContentLength));
        Assert.Equal([0, 3], started.Select(message => message.Pieces.Count));
        Assert.All(started, message => Assert.False(message.IsFinished));
        Assert.Equal([0u, 1u, 2u], Numbers());
        Assert.Equal((ulong)last.Range.Length, _told.All[^1].DownloadPieceFinishedResponse.Piece.Length);
    }

    [Fact]
    public async Task A_caller_that_does_not_take_a_growing_content_is_told_at_its_end()
    {
        var task = _store.Create(null);
        using var subscription = Subscribe(DownloadFixture.Request);
        subscription.StartGrowing(task, _pieces);
        subscription.Tell(Finish(task, 0), PieceOriginOf(task, 0));
        task.FixLength(PieceLength);
        _pieces.SetCount(1);
        subscription.Start(task, _pieces);
        Assert.True(subscription.IsSatisfied);
        subscription.End(null);
        await TellAsync(subscription);
        Assert.Equal((ulong)PieceLength, _told.All[0].DownloadTaskStartedResponse.ContentLength);
        Assert.Equal([0u], Numbers());
    }

    private static PieceOrigin PieceOriginOf(StoredTask task, int number) => task.Find(new PieceNumber(number))!.Origin;

    private DownloadSubscription Subscribe(DownloadRequest request) => new(new TaskDownload(_services, request, _ => { }), request);

    private FinishedPiece Finish(StoredTask task, int number)
    {
        var piece = StoreFixture.Write(task, _content, number);
        _pieces.Finish(number);
        return piece;
    }

    private Task TellAsync(DownloadSubscription subscription) =>
        new DownloadStream(_told, _services.Host, subscription).RunAsync(static _ => true, TestContext.Current.CancellationToken);

    private IEnumerable<uint> Numbers() =>
        _told.All.Where(message => message.DownloadPieceFinishedResponse is not null).Select(message => message.DownloadPieceFinishedResponse.Piece.Number);

    private sealed class Responses : IServerStreamWriter<DownloadTaskResponse>
    {
        public List<DownloadTaskResponse> All { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(DownloadTaskResponse message)
        {
            All.Add(message);
            return Task.CompletedTask;
        }
    }
}
