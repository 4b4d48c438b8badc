// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Options;

/// <summary>Who may use the REST interface. Accepted so that files of the original load; used once there are users.</summary>
public sealed class ManagerAuthOptions
{
    /// <summary>Sign-in tokens.</summary>
    public ManagerJwtOptions Jwt { get; set; } = new();
}
