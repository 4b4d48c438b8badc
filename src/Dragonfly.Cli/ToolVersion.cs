// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace Dragonfly.Cli;

/// <summary>The version that the tools print and send.</summary>
internal static class ToolVersion
{
    /// <summary>Such as <c>0.1.0</c>; set by the build.</summary>
    public static string Number { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The user agent of our calls to the daemon.</summary>
    public static string UserAgent => $"dragonfly-dotnet/{Number}";
}
