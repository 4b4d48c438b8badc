// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Scheduler.Evaluation;
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.UnitTests.Scheduler;

public sealed class EvaluatorTests : IDisposable
{
    private readonly SchedulerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(500, 8_589_934_592, 2, "a|b|c|d|e", "a|b|x|d|e", false, 0.842)]
    [InlineData(4_294_967_296, 12_884_901_888, 16, "a|b", "a|b", true, 0.628)]
    [InlineData(0, 0, 0, "a|b", "a|b", true, 1.0)]
    public void A15_check_values(long tx, long bytes, int pieces, string location, string childLocation, bool seed, double expected)
    {
        var parent = Parent(4_294_967_296, location, seed, PeerState.Running);
        if (tx > 0)
        {
            parent.Host.Load.TryAdd(new EdgeLoad(tx, bytes, pieces), int.MaxValue);
        }

        var score = ParentEvaluator.Score(parent, Child("idc", childLocation));

        // The published values are rounded: 500 of 4,294,967,296 bits take 3.5e-8 away from the first.
        Assert.Equal(expected, score + (tx == 500 ? 0.6 * 0.5 * 500 / 4_294_967_296 : 0), 1e-9);
    }

    [Fact]
    public void A15_unknown_bandwidth_scores_no_load_and_nothing_in_common_scores_zero()
    {
        var parent = Parent(0, "", true, PeerState.Succeeded);
        Assert.Equal(0.0, ParentEvaluator.Score(parent, Child("", "")), 1e-9);
    }

    [Theory]
    [InlineData(1000, 0, 1)]
    [InlineData(1000, 500, 0.5)]
    [InlineData(1000, 1000, 0)]
    [InlineData(1000, 2000, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 100, 0)]
    [InlineData(1000, 1, 0.999)]
    [InlineData(1000, 999, 0.001)]
    public void A15_peak(double bandwidth, double used, double expected) =>
        Assert.Equal(expected, ParentEvaluator.Peak(bandwidth, used), 1e-9);

    [Theory]
    [InlineData(1_000_000, 0, 1)]
    [InlineData(1_000_000, 3_750_000, 0.5)]
    [InlineData(1_000_000, 7_500_000, 0)]
    [InlineData(1_000_000, 10_000_000, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 100, 0)]
    [InlineData(8_000_000, 6_000_000, 0.9)]
    public void A15_duration(double bandwidth, double bytes, double expected) =>
        Assert.Equal(expected, ParentEvaluator.Duration(bandwidth, bytes), 1e-9);

    [Theory]
    [InlineData(400_000_000, 2, 1, 1)]
    [InlineData(400_000_000, 10, 1, 0.298023223876953)]
    [InlineData(400_000_000, 0, 0, 1)]
    [InlineData(400_000_000, 10, 0, 1)]
    [InlineData(100_000, 1, 1, 0)]
    [InlineData(100_000, 0, 0, 0)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(134_217_728, 1, 1, 0)]
    [InlineData(268_435_456, 2, 1, 1)]
    [InlineData(268_435_456, 4, 1, 0.5)]
    public void A15_concurrency(double bandwidth, double pieces, double uploads, double expected) =>
        Assert.Equal(expected, ParentEvaluator.Concurrency(bandwidth, pieces, uploads), 1e-9);

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("idc", "", 0)]
    [InlineData("", "idc", 0)]
    [InlineData("idc", "idc", 1)]
    [InlineData("IDC", "idc", 1)]
    [InlineData("idc-1", "idc-2", 0)]
    public void A15_idc(string parent, string child, double expected) =>
        Assert.Equal(expected, ParentEvaluator.IdcAffinity(parent, child));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("a", "", 0)]
    [InlineData("", "a", 0)]
    [InlineData("a", "a", 1)]
    [InlineData("A|B", "a|b", 1)]
    [InlineData("a|b", "a", 0.2)]
    [InlineData("a|b|c", "a|b|x", 0.4)]
    [InlineData("a|b|c|d", "a|b|c|x", 0.6)]
    [InlineData("a|b|c|d|e", "a|b|c|d|x", 0.8)]
    [InlineData("a|b|c|d|e|f", "a|b|c|d|e|x", 1.0)]
    [InlineData("x|b", "a|b", 0)]
    [InlineData("a|x|c", "a|b|c", 0.2)]
    public void A15_location(string parent, string child, double expected) => Assert.Equal(
        expected,
        ParentEvaluator.LocationAffinity(Child("", parent), Child("", child)),
        1e-9);

    [Theory]
    [InlineData(nameof(PeerState.Running), false, 0.5)]
    [InlineData(nameof(PeerState.Succeeded), false, 0.5)]
    [InlineData(nameof(PeerState.BackToSource), false, 0.5)]
    [InlineData(nameof(PeerState.ReceivedNormal), true, 1)]
    [InlineData(nameof(PeerState.Running), true, 1)]
    [InlineData(nameof(PeerState.BackToSource), true, 0)]
    [InlineData(nameof(PeerState.Succeeded), true, 0)]
    [InlineData(nameof(PeerState.Failed), true, 0)]
    [InlineData(nameof(PeerState.Pending), true, 0)]
    public void A15_host_type(string state, bool seed, double expected) =>
        Assert.Equal(expected, ParentEvaluator.HostType(Enum.Parse<PeerState>(state), seed));

    [Fact]
    public void A15_closer_parents_come_first()
    {
        var child = Child("idc", "a|b|c");
        var near = Parent(1_000_000_000, "a|b|c", false, PeerState.Succeeded);
        var far = Parent(1_000_000_000, "a|x", false, PeerState.Succeeded, "other");
        var middle = Parent(1_000_000_000, "a|x", false, PeerState.Succeeded);
        SchedPeer[] order = [.. new[] { far, near, middle }.OrderByDescending(p => ParentEvaluator.Score(p, child))];
        Assert.Equal([near, middle, far], order);
    }

    private static HostSnapshot Child(string idc, string location) => new(SchedulerRig.HostMessage("child", false, h =>
    {
        h.Network.Idc = idc;
        h.Network.Location = location;
    }));

    private SchedPeer Parent(ulong bandwidth, string location, bool seed, PeerState state, string idc = "idc")
    {
        var host = new HostSnapshot(SchedulerRig.HostMessage("parent", seed, h =>
        {
            h.Network.Idc = idc;
            h.Network.Location = location;
            h.Network.MaxTxBandwidth = bandwidth;
        }));
        var task = new SchedTask(TaskId.Parse(SchedulerRig.TaskName), _rig.State);
        return new SchedPeer("parent", task, new SchedHost("parent", host, 0, TimeSpan.Zero), 0) { State = state };
    }
}
