// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace Dragonfly.Daemon;

/// <summary>What this build is.</summary>
internal static class ThisAssembly
{
    /// <summary>The version, for announcements and metrics.</summary>
    public static string Version { get; } =
        typeof(ThisAssembly).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
