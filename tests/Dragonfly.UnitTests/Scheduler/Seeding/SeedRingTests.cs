// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Scheduler.Seeding;
using Dragonfly.UnitTests.Core.Ids;

namespace Dragonfly.UnitTests.Scheduler.Seeding;

public sealed class SeedRingTests
{
    public static TheoryData<string, string> Picks => VectorRow.Of("seed_ring_pick");

    [Theory]
    [MemberData(nameof(Picks))]
    public void The_same_seed_peer_is_picked_as_by_the_original(string input, string seed)
    {
        var fields = VectorRow.Fields(input);
        var ring = new SeedRing<string>([.. fields["seeds"].Split(',').Select(member => (member, member))]);
        Assert.Equal(seed, ring.Pick(TaskId.Parse(fields["task"])));
    }

    [Fact]
    public void An_empty_ring_picks_nothing() => Assert.Null(new SeedRing<string>([]).Pick(TaskId.Parse(new string('0', 64))));
}
