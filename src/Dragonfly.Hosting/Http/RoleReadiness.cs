// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Http;

/// <summary>Asks the services of a role what they wait for. Thread safe.</summary>
/// <param name="role">The role's name.</param>
/// <param name="services">The role's services.</param>
internal sealed class RoleReadiness(string role, Func<IEnumerable<IRoleService>> services)
{
    /// <summary>The role's name.</summary>
    public string Role => role;

    /// <summary>What is waited for now; empty when all is well.</summary>
    public IReadOnlyList<string> WaitingFor =>
        [.. services().Select(service => service.WaitingFor).OfType<string>().Distinct(StringComparer.Ordinal)];
}
