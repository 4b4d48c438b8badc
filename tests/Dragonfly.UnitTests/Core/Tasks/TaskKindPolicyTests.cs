// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Tasks;

namespace Dragonfly.UnitTests.Core.Tasks;

public sealed class TaskKindPolicyTests
{
    [Fact]
    public void Every_kind_has_its_policy() => Assert.All(Enum.GetValues<TaskKind>(), kind => Assert.Equal(kind, TaskKindPolicy.Of(kind).Kind));

    [Fact]
    public void An_unknown_kind_has_none() => Assert.Throws<ArgumentOutOfRangeException>(() => TaskKindPolicy.Of((TaskKind)4));

    [Fact]
    public void Only_a_persistent_cache_task_has_no_origin() =>
        Assert.Equal([TaskKind.PersistentCache], Enum.GetValues<TaskKind>().Where(kind => !TaskKindPolicy.Of(kind).MayGoToSource));

    [Fact]
    public void Replicated_kinds_are_not_evicted_for_space() =>
        Assert.All(Enum.GetValues<TaskKind>().Select(TaskKindPolicy.Of), policy => Assert.NotEqual(policy.IsReplicated, policy.IsEvictedForSpace));
}
