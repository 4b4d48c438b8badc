// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;
using Dragonfly.Storage.Content;

namespace Dragonfly.UnitTests.Storage;

/// <summary>What is left of pieces, whole or begun, after kills (observed.md B5).</summary>
public sealed class DurabilityTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Fact]
    public async Task B5_finished_pieces_survive_a_kill()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 8);
        var task = fixture.Create(content.Length);
        for (var i = 0; i < 4; i++)
        {
            StoreFixture.Write(task, content, i * 2);
        }

        await fixture.KillAndReopenAsync();
        task = fixture.Store.Find(task.Id)!;
        Assert.Equal([0, 2, 4, 6], task.FinishedPieces().Select(piece => piece.Number.Value));
        Assert.Empty(await task.VerifyAsync(new PieceNumber(0), 8, CancellationToken.None));
        for (var i = 0; i < 4; i++)
        {
            StoreFixture.Write(task, content, (i * 2) + 1);
        }

        Assert.Equal(content, await fixture.ExportAsync(task));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B5_writing_goes_on_inside_a_piece(bool killed)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength);
        var task = fixture.Create(content.Length);
        using (var claim = task.TryClaim(new PieceNumber(0), PieceOrigin.BackToSource)!)
        {
            Assert.Null(claim.Append(content.AsSpan(0, 30_000)));
        }

        await (killed ? fixture.KillAndReopenAsync() : fixture.CloseAndReopenAsync());
        task = fixture.Store.Find(task.Id)!;
        using (var claim = task.TryClaim(new PieceNumber(0), PieceOrigin.BackToSource)!)
        {
            // After a kill the last page is not believed.
            Assert.Equal(killed ? 28_672 : 30_000, claim.Written);
            Assert.Null(claim.Append(content.AsSpan((int)claim.Written)));
            Assert.True(claim.Commit(Crc32.Compute(content), PieceOrigin.BackToSource, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch).IsSuccess);
        }

        Assert.Equal(content, await fixture.ExportAsync(task));
    }

    [Fact]
    public async Task Beginning_of_a_piece_goes_on_with_the_next_claim()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength);
        var task = fixture.Create(content.Length);
        using (var claim = task.TryClaim(new PieceNumber(0))!)
        {
            Assert.Null(claim.Append(content.AsSpan(0, 1000)));
        }

        Assert.Equal(PieceLength, StoreFixture.Write(task, content, 0).Range.Length);
    }

    [Fact]
    public async Task Origin_does_not_go_on_from_a_peers_unproven_bytes()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Create(PieceLength);
        using (var claim = task.TryClaim(new PieceNumber(0), PieceOrigin.RemotePeer)!)
        {
            Assert.Null(claim.Append(new byte[1000]));
        }

        using var again = task.TryClaim(new PieceNumber(0), PieceOrigin.BackToSource)!;
        Assert.Equal(0, again.Written);
    }

    [Fact]
    public async Task Thrown_away_bytes_are_not_found_again_after_a_kill()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength);
        var task = fixture.Create(content.Length);
        using (var claim = task.TryClaim(new PieceNumber(0), PieceOrigin.BackToSource)!)
        {
            Assert.Null(claim.Append(StoreFixture.Content(60_000, seed: 9)));
            claim.Reset();
            Assert.Null(claim.Append(content.AsSpan(0, 20_000)));
        }

        await fixture.KillAndReopenAsync();
        task = fixture.Store.Find(task.Id)!;
        using var again = task.TryClaim(new PieceNumber(0), PieceOrigin.BackToSource)!;
        Assert.InRange(again.Written, 0, 20_000);
        Assert.Null(again.Append(content.AsSpan((int)again.Written)));
        Assert.True(again.Commit(Crc32.Compute(content), PieceOrigin.BackToSource, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch).IsSuccess);
    }

    [Fact]
    public async Task Wrong_digest_throws_the_bytes_away()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Create(100);
        using (var claim = task.TryClaim(new PieceNumber(0))!)
        {
            Assert.Null(claim.Append(new byte[100]));
            Assert.Equal(FailureKind.Corrupt, claim.Commit(1, PieceOrigin.RemotePeer, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch).Failure?.Kind);
            Assert.Equal(0, claim.Written);
        }

        Assert.Equal(0, task.FinishedCount);
        using var tooMuch = task.TryClaim(new PieceNumber(0))!;
        Assert.Equal(FailureKind.Corrupt, tooMuch.Append(new byte[101])?.Kind);
        Assert.Equal(FailureKind.Corrupt, tooMuch.Commit(null, PieceOrigin.RemotePeer, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch).Failure?.Kind);
    }
}
