// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>A named setting of the manager (table <c>config</c>).</summary>
internal sealed class Setting : Entity
{
    public required string Name { get; set; }

    public required string Value { get; set; }

    public string Bio { get; set; } = string.Empty;

    public long UserId { get; set; }
}
