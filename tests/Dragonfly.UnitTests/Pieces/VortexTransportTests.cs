// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Testing.Time;
using Dragonfly.UnitTests.Storage;

namespace Dragonfly.UnitTests.Pieces;

public sealed class VortexTransportTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pieces_travel_from_store_to_store(bool keepAlive)
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content((PieceLength * 7) + 5);
        fixture.Parent.Fill(content);
        var task = fixture.Child.Create(content.Length);
        for (var i = 0; i < 8; i++)
        {
            var piece = (await fixture.FetchAsync(task, i, keepAlive)).OrThrow();
            Assert.Equal("parent-peer", piece.Parent?.Text);
        }

        Assert.True(task.IsComplete);
        Assert.Equal(content, await fixture.Child.ExportAsync(task));
    }

    [Fact]
    public async Task Kept_connection_serves_all_pieces()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength * 4);
        fixture.Parent.Fill(content);
        var task = fixture.Child.Create(content.Length);
        for (var i = 0; i < 4; i++)
        {
            (await fixture.FetchAsync(task, i)).OrThrow();
            Assert.Equal(1, fixture.Server.ConnectionCount);
        }
    }

    [Fact]
    public async Task Unknown_task_and_piece_are_not_found_and_the_connection_lives_on()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        var parent = fixture.Parent.Create(content.Length);
        StoreFixture.Write(parent, content, 0);
        var task = fixture.Child.Create(content.Length);
        var missing = await fixture.FetchAsync(task, 1);
        Assert.Equal((FailureKind.NotFound, FailureSource.Parent), (missing.Failure!.Kind, missing.Failure.Source));
        Assert.True((await fixture.FetchAsync(task, 0)).IsSuccess);
        Assert.Equal(1, fixture.Server.ConnectionCount);
    }

    [Fact]
    public async Task Kept_connection_that_died_is_replaced_without_blaming_the_parent()
    {
        var time = new ManualTimeProvider();
        await using var fixture = await PieceFixture.StartAsync(time: time);
        var content = StoreFixture.Content(PieceLength * 2);
        fixture.Parent.Fill(content);
        var task = fixture.Child.Create(content.Length);
        (await fixture.FetchAsync(task, 0)).OrThrow();
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60)))
        {
            while (fixture.Server.ConnectionCount > 0)
            {
                limit.Token.ThrowIfCancellationRequested();
                time.Advance(fixture.Server.Options.IdleTimeout);
                await Task.Yield();
            }
        }

        Assert.True((await fixture.FetchAsync(task, 1)).IsSuccess);
    }

    [Fact]
    public async Task Piece_in_flight_is_waited_for()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        var parent = fixture.Parent.Create(content.Length);
        var task = fixture.Child.Create(content.Length);
        var claim = parent.TryClaim(new PieceNumber(1))!;
        var fetch = fixture.FetchAsync(task, 1);
        claim.Dispose();
        StoreFixture.Write(parent, content, 1);

        // Either it was waited for, or the request came between the two claims and was refused.
        var result = await fetch;
        Assert.True(result.IsSuccess || result.Failure.Kind == FailureKind.NotFound);

        using var held = parent.TryClaim(new PieceNumber(0))!;
        using var socket = await fixture.ConnectAsync();
        await socket.SendAsync(PieceFixture.Request(0));
        Assert.Null(held.Append(content.AsSpan(0, PieceLength)));
        held.Commit(null, PieceOrigin.BackToSource, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch).OrThrow();
        Assert.Equal(content[..PieceLength], PieceFixture.Split(await PieceFixture.ReadToEndAsync(socket)).Content);
    }

    [Fact]
    public async Task Piece_that_is_finished_while_it_is_asked_for_is_served()
    {
        const int Rounds = 300;
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength * Rounds);
        var parent = fixture.Parent.Create(content.Length);
        var task = fixture.Child.Create(content.Length);
        for (var i = 0; i < Rounds; i++)
        {
            var held = parent.TryClaim(new PieceNumber(i))!;
            Assert.Null(held.Append(content.AsSpan(i * PieceLength, PieceLength)));
            var fetch = Task.Run(() => fixture.FetchAsync(task, i));

            // A little later each round, so that some commit falls between any two steps of the server's.
            Thread.SpinWait(i * 100);
            held.Commit(null, PieceOrigin.BackToSource, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch).OrThrow();
            (await fetch).OrThrow();
        }
    }

    [Fact]
    public async Task Corrupt_parent_is_blamed_and_nothing_of_it_is_kept()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength);
        fixture.Parent.Fill(content);
        using var lying = new ScriptedParent(answer =>
        {
            answer[^1] ^= 1;
            return answer;
        }, fixture.Endpoint);
        var task = fixture.Child.Create(content.Length);
        var result = await fixture.FetchAsync(task, 0, keepAlive: false, lying.Endpoint);
        Assert.Equal((FailureKind.Corrupt, FailureSource.Parent), (result.Failure!.Kind, result.Failure.Source));
        using (var claim = task.TryClaim(new PieceNumber(0))!)
        {
            Assert.Equal(0, claim.Written);
        }

        Assert.True((await fixture.FetchAsync(task, 0)).IsSuccess);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(1000)]
    public async Task Parent_that_closes_early_is_unavailable(int after)
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength);
        fixture.Parent.Fill(content);
        using var short_ = new ScriptedParent(answer => answer[..after], fixture.Endpoint);
        var task = fixture.Child.Create(content.Length);
        var result = await fixture.FetchAsync(task, 0, keepAlive: false, short_.Endpoint);
        Assert.Equal((FailureKind.Unavailable, FailureSource.Parent), (result.Failure!.Kind, result.Failure.Source));
    }

    [Theory]
    [InlineData(6, 0xff)]
    [InlineData(2, 0xff)]
    [InlineData(1, 200)]
    [InlineData(1, 3)]
    [InlineData(13, 9)]
    [InlineData(20, 9)]
    [InlineData(22, 0x7f)]
    public async Task Hostile_headers_are_refused(int position, byte value)
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength);
        fixture.Parent.Fill(content);
        using var hostile = new ScriptedParent(answer =>
        {
            answer[position] = value;
            return answer;
        }, fixture.Endpoint);
        var task = fixture.Child.Create(content.Length);
        var result = await fixture.FetchAsync(task, 0, keepAlive: false, hostile.Endpoint);
        Assert.Equal((FailureKind.Corrupt, FailureSource.Parent), (result.Failure!.Kind, result.Failure.Source));
    }

    [Fact]
    public async Task S14_parent_that_goes_silent_is_left_within_the_stall_limit()
    {
        await using var fixture = await PieceFixture.StartAsync(transport: options => options with { StallTimeout = TimeSpan.FromMilliseconds(300) });
        var content = StoreFixture.Content(PieceLength);
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        var task = fixture.Child.Create(content.Length);
        var result = await fixture.FetchAsync(task, 0, endpoint: (IPEndPoint)silent.LocalEndPoint!).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((FailureKind.TimedOut, FailureSource.Parent), (result.Failure!.Kind, result.Failure.Source));
    }

    [Fact]
    public async Task Caller_that_gives_up_is_not_the_parents_fault()
    {
        await using var fixture = await PieceFixture.StartAsync();
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        var task = fixture.Child.Create(100);
        using var claim = task.TryClaim(new PieceNumber(0))!;
        using var giveUp = new CancellationTokenSource();
        var fetch = fixture.Transport.FetchAsync(fixture.PieceOf(0, endpoint: (IPEndPoint)silent.LocalEndPoint!), claim, giveUp.Token);
        await giveUp.CancelAsync();
        Assert.Equal(FailureKind.Cancelled, (await fetch).Failure!.Kind);
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var task = fixture.Child.Create(100);
        var result = await fixture.FetchAsync(task, 0, endpoint: new IPEndPoint(IPAddress.Loopback, 1));
        Assert.Equal((FailureKind.Unavailable, FailureSource.Parent), (result.Failure!.Kind, result.Failure.Source));
    }

    [Fact]
    public async Task Many_pieces_at_once_arrive_right()
    {
        await using var fixture = await PieceFixture.StartAsync();
        var content = StoreFixture.Content(PieceLength * 64);
        fixture.Parent.Fill(content);
        var task = fixture.Child.Create(content.Length);
        await Parallel.ForAsync(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => (await fixture.FetchAsync(task, i)).OrThrow());
        Assert.Equal(content, await fixture.Child.ExportAsync(task));
    }
}
