// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>Marks a property whose value is never shown: <c>--print-config</c> prints <c>"***"</c>, and error messages leave it out.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
