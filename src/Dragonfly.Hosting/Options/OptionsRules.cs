// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.ComponentModel.DataAnnotations;

namespace Dragonfly.Hosting.Options;

/// <summary>Checks a filled options object: the attributes of each property, then the rules across properties.</summary>
/// <param name="origins">Where each key was written, by its full path.</param>
/// <param name="defaultOrigin">What is named when a key was not written.</param>
/// <param name="problems">Gets what is wrong.</param>
internal sealed class OptionsRules(IReadOnlyDictionary<string, string> origins, string defaultOrigin, List<string> problems)
{
    /// <summary>Checks an object and all that it holds.</summary>
    /// <param name="target">The object.</param>
    /// <param name="path">Its path, empty for the root.</param>
    public void Check(object target, string path = "")
    {
        foreach (var property in OptionProperty.Of(target.GetType()))
        {
            var full = path.Length == 0 ? property.Key : $"{path}.{property.Key}";
            var value = property.Property.GetValue(target);
            foreach (var rule in property.Rules)
            {
                CheckRule(rule, property, value, full);
            }

            Descend(value, full);
        }

        if (target is IOptionsRule rules)
        {
            foreach (var (key, problem) in rules.Check())
            {
                Tell(path.Length == 0 ? key : $"{path}.{key}", problem);
            }
        }
    }

    private void Descend(object? value, string path)
    {
        if (value is null)
        {
            return;
        }

        if (OptionProperty.IsBlock(value.GetType()))
        {
            Check(value, path);
        }
        else if (value is IEnumerable items and not string)
        {
            var i = 0;
            foreach (var item in items)
            {
                if (item is not null && OptionProperty.IsBlock(item.GetType()))
                {
                    Check(item, $"{path}[{i}]");
                }

                i++;
            }
        }
    }

    private void CheckRule(ValidationAttribute rule, OptionProperty property, object? value, string path)
    {
        if (rule.IsValid(value))
        {
            return;
        }

        var shown = property.IsSecret ? "the value" : value is null ? "nothing" : $"\"{OptionValues.Text(value)}\"";
        Tell(path, rule switch
        {
            RequiredAttribute => "must be set",
            _ when OptionRange.Describe(rule) is { } allowed => $"{shown} is not allowed, must be {allowed}",
            _ => rule.FormatErrorMessage(property.Key),
        });
    }

    /// <summary>Names the line of the key, or of the nearest block around it that was written.</summary>
    private void Tell(string path, string problem)
    {
        var origin = defaultOrigin;
        for (var at = path; at.Length > 0; at = at.LastIndexOf('.') is var dot and > 0 ? at[..dot] : "")
        {
            if (origins.TryGetValue(at, out var found))
            {
                origin = found;
                break;
            }
        }

        problems.Add($"{origin}: {path}: {problem}");
    }
}
