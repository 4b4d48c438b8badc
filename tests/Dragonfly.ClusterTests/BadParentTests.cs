// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Testing.Captures;
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;
using Request = Dragonfly.Protocol.Scheduler.V2.AnnouncePeerRequest.RequestOneofCase;

namespace Dragonfly.ClusterTests;

/// <summary>Parents that serve wrong bytes or stop in the middle: scenarios 11 and 14, observed.md A4.</summary>
public sealed class BadParentTests : IAsyncDisposable
{
    private const int PieceLength = 4 << 20;
    private const int Pieces = 8;

    private static readonly TestContent _content = TestContent.Random(61, Pieces * PieceLength);

    private readonly ScriptedOrigin _origin = ScriptedOrigin.Start();
    private TestCluster? _cluster;
    private StockScheduler? _scheduler;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (_scheduler is not null)
        {
            await _scheduler.DisposeAsync();
        }

        await _origin.DisposeAsync();
    }

    [Fact]
    public async Task Scenario11_a_parent_that_sends_wrong_pieces_is_quarantined_after_two()
    {
        await using var bad = await StockParent.StartAsync(_content.Bytes, PieceLength);
        await using var good = await StockParent.StartAsync(_content.Bytes, PieceLength);
        bad.Corrupts = true;
        var got = await GetAsync(options => options.Download.ConcurrentPieceCount = 1, bad, good);
        Assert.True(got.Failure is null, got.Failure + _cluster!.Log.Text);
        Assert.Equal(_content.Sha256, got.Sha256);
        Assert.Equal(_content.Length, got.BytesFrom(Wire.TrafficType.RemotePeer));
        Assert.Equal(Pieces, good.Requests.Count);
        Assert.InRange(bad.Requests.Count, 0, 2);
        Assert.Equal(bad.Requests.Count, await _cluster!.Peers[0].MetricAsync("dragonfly_client_piece_digest_mismatch_total"));
    }

    [Fact]
    public async Task Scenario11_when_the_only_parent_sends_wrong_pieces_the_origin_is_asked_and_the_scheduler_told()
    {
        await using var bad = await StockParent.StartAsync(_content.Bytes, PieceLength);
        bad.Corrupts = true;
        var got = await GetAsync(options => options.Download.ConcurrentPieceCount = 1, bad);
        Assert.True(got.Failure is null, got.Failure + _cluster!.Log.Text);
        Assert.Equal(_content.Sha256, got.Sha256);
        Assert.Equal(_content.Length, got.BytesFrom(Wire.TrafficType.BackToSource));
        Assert.Equal(2, bad.Requests.Count);
        Assert.Equal(2, await _cluster!.Peers[0].MetricAsync("dragonfly_client_piece_digest_mismatch_total"));
        Assert.Equal(2, _scheduler!.Heard.Count(said => said.RequestCase == Request.DownloadPieceFailedRequest));
        Assert.Equal("parent0", Assert.Single(Assert.Single(_scheduler.Heard, said => said.RequestCase == Request.ReschedulePeerRequest)
            .ReschedulePeerRequest.CandidateParents).Id);
    }

    /// <summary>Only the comparison with the other parent can end this download: every limit is ten minutes.</summary>
    [Fact]
    public async Task A4_a_piece_that_lags_far_behind_is_taken_from_another_parent()
    {
        await using var slow = await StockParent.StartAsync(_content.Bytes, PieceLength);
        await using var good = await StockParent.StartAsync(_content.Bytes, PieceLength);
        slow.Stalls = true;

        // It answers first and is asked for everything.
        good.BeforeTelling = () => slow.WaitForRequestsAsync(Pieces);
        var got = await GetAsync(
            options => (options.Download.StallTimeout, options.Download.PieceTimeout) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10)), slow, good);
        Assert.True(got.Failure is null, got.Failure + _cluster!.Log.Text);
        Assert.Equal(_content.Sha256, got.Sha256);
        Assert.Equal(_content.Length, got.BytesFrom(Wire.TrafficType.RemotePeer));
        Assert.Equal(Pieces, good.Requests.Count);
    }

    [Fact]
    public async Task Scenario14_a_parent_that_falls_silent_is_given_up_after_the_stall_limit()
    {
        await using var silent = await StockParent.StartAsync(_content.Bytes, PieceLength);
        silent.Stalls = true;
        var got = await GetAsync(options => options.Download.StallTimeout = TimeSpan.FromMilliseconds(200), silent);
        Assert.True(got.Failure is null, got.Failure + _cluster!.Log.Text);
        Assert.Equal(_content.Sha256, got.Sha256);
        Assert.Equal(_content.Length, got.BytesFrom(Wire.TrafficType.BackToSource));
        Assert.Single(_scheduler!.Heard, said => said.RequestCase == Request.ReschedulePeerRequest);
    }

    [Fact]
    public async Task Scenario11_without_back_to_source_wrong_pieces_end_in_an_error_and_no_output()
    {
        await using var bad = await StockParent.StartAsync(_content.Bytes, PieceLength);
        bad.Corrupts = true;
        var got = await GetAsync(options => options.Download.ConcurrentPieceCount = 1, download => download.DisableBackToSource = true, bad);
        Assert.Equal(FailureKind.NotFound, got.Failure?.Kind);
        Assert.Contains("No peer has it", got.Failure!.Detail);
        Assert.False(Path.Exists(got.Request.OutputPath));
    }

    private Task<TestDownload> GetAsync(Action<Daemon.Options.DaemonOptions> change, params StockParent[] parents) => GetAsync(change, _ => { }, parents);

    private async Task<TestDownload> GetAsync(
        Action<Daemon.Options.DaemonOptions> change, Action<Wire.Download> request, params StockParent[] parents)
    {
        _origin.Add("/file", _content);
        _scheduler = await StockScheduler.StartAsync();
        _scheduler.Answer = said => said.RequestCase switch
        {
            Request.RegisterPeerRequest => Candidates(said.TaskId, parents),
            Request.ReschedulePeerRequest => new AnnouncePeerResponse { NeedBackToSourceResponse = new NeedBackToSourceResponse { Description = "test" } },
            _ => null,
        };
        _cluster = await TestCluster.StartAsync(plan =>
        {
            (plan.Schedulers, plan.OtherSchedulers, plan.Seeds, plan.Peers) = (0, [_scheduler.Endpoint], 0, 1);
            plan.Daemon = (_, options) => change(options);
        });
        return await _cluster.Peers[0].GetAsync(_origin.UrlOf("/file"), request);
    }

    private static AnnouncePeerResponse Candidates(string task, StockParent[] parents)
    {
        var answer = new NormalTaskResponse();
        for (var i = 0; i < parents.Length; i++)
        {
            answer.CandidateParents.Add(new Wire.Peer
            {
                Id = $"parent{i}",
                Task = new Wire.Task { Id = task, ContentLength = (ulong)_content.Length },
                Host = new Wire.Host { Id = $"host{i}", Ip = "127.0.0.1", Port = parents[i].Endpoint.Port, DownloadPort = parents[i].Endpoint.Port },
            });
        }

        return new AnnouncePeerResponse { NormalTaskResponse = answer };
    }
}
