// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;

namespace Dragonfly.Manager.Options;

/// <summary>The manager's listeners.</summary>
[UnusedKeys("pluginDir")]
public sealed class ManagerServerOptions : ServerLogOptions
{
    /// <summary>The service's name in traces. Default <c>d7y/manager</c>, as the original.</summary>
    public string Name { get; set; } = "d7y/manager";

    /// <summary>What schedulers and dfdaemons ask.</summary>
    public ManagerGrpcOptions Grpc { get; set; } = new();

    /// <summary>What people and scripts ask.</summary>
    public ManagerRestOptions Rest { get; set; } = new();
}
