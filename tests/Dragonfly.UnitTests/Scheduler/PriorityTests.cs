// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Scheduler.Seeding;
using Grpc.Core;

namespace Dragonfly.UnitTests.Scheduler;

public sealed class PriorityTests : IDisposable
{
    private readonly SchedulerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A13_levels_that_seed_first(int level)
    {
        Assert.Equal("waits for seed", Outcome(level, peerExists: false, seed: true));
        Assert.Equal("parents", Outcome(level, peerExists: true, seed: true));
        Assert.Equal("source", Outcome(level, peerExists: false, seed: false));
    }

    [Fact]
    public void A13_level_3_goes_to_the_source_first()
    {
        Assert.Equal("source", Outcome(3, peerExists: false, seed: true));
        Assert.Equal("parents", Outcome(3, peerExists: true, seed: true));
        Assert.Equal("source", Outcome(3, peerExists: false, seed: false));
    }

    [Fact]
    public void A13_level_2_is_served_by_peers_or_not_found()
    {
        Assert.Equal("NotFound", Outcome(2, peerExists: false, seed: true));
        Assert.Equal("parents", Outcome(2, peerExists: true, seed: true));
        Assert.Equal("NotFound", Outcome(2, peerExists: false, seed: false));
    }

    [Fact]
    public void A13_level_1_is_refused_always()
    {
        Assert.Equal("FailedPrecondition", Outcome(1, peerExists: false, seed: true));
        Assert.Equal("FailedPrecondition", Outcome(1, peerExists: true, seed: true));
        Assert.Equal("FailedPrecondition", Outcome(1, peerExists: false, seed: false));
    }

    [Fact]
    public void A13_after_a_seed_failure_the_source_is_used_for_half_an_hour()
    {
        var first = _rig.Register("p1");
        _rig.SeedEnds(SeedOutcome.Failed);
        _rig.SourceFailed(first.Peer);

        Assert.True(_rig.Register("p2").Channel.IsSentToSource);

        _rig.SourceFailed(_rig.Task.Peers.Single(p => p.Id == "peer-p2"));
        _rig.Time.Advance(TimeSpan.FromMinutes(31));
        _rig.Register("p3");
        Assert.Equal(2, _rig.Seeds.Triggers.Count);
    }

    [Fact]
    public void Level_0_takes_the_priority_of_the_application_by_first_matching_url()
    {
        var rules = new ApplicationPriority("app", 3, [(new Regex("secret"), 1), (new Regex("file"), 2)]);
        _rig.Dynamic.Current = new SchedulerDynamicConfig { Applications = [rules] };

        void Ask(Wire.Download d, string url)
        {
            d.Priority = Wire.Priority.Level0;
            d.Application = "app";
            d.Url = url;
        }

        Assert.Equal(StatusCode.FailedPrecondition, _rig.Register("a", download: d => Ask(d, "http://o/secret/file"), task: new string('1', 64)).Channel.Failure!.Value.Code);
        Assert.Equal(StatusCode.NotFound, _rig.Register("b", download: d => Ask(d, "http://o/file"), task: new string('2', 64)).Channel.Failure!.Value.Code);
        Assert.True(_rig.Register("c", download: d => Ask(d, "http://o/other"), task: new string('3', 64)).Channel.IsSentToSource);
    }

    private static string Outcome(int level, bool peerExists, bool seed)
    {
        using var rig = new SchedulerRig();
        if (peerExists)
        {
            rig.StartSeed();
        }

        rig.Seeds.Any = seed;
        var (_, channel) = rig.Register("p1", download: d => d.Priority = (Wire.Priority)level);
        return channel.Failure is { } failure ? failure.Code.ToString()
            : channel.ParentIds.Count > 0 ? "parents"
            : channel.IsSentToSource ? "source"
            : rig.Seeds.Triggers.Count == 1 ? "waits for seed"
            : "waits";
    }
}
