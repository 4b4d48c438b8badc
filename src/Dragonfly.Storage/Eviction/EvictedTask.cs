// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Core.Tasks;

namespace Dragonfly.Storage.Eviction;

/// <summary>A task that was removed to make room. Immutable.</summary>
/// <param name="Id">The task.</param>
/// <param name="Kind">Its sort: whom to tell.</param>
/// <param name="Bytes">What it held.</param>
public sealed record EvictedTask(TaskId Id, TaskKind Kind, long Bytes);
