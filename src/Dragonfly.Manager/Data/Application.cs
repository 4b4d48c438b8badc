// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>An application whose downloads have a priority.</summary>
internal sealed class Application : Entity
{
    public required string Name { get; set; }

    public string Url { get; set; } = string.Empty;

    public string Bio { get; set; } = string.Empty;

    /// <summary>JSON: value, urls [{regex, value}].</summary>
    public string Priority { get; set; } = "{}";

    public long UserId { get; set; }
}
