package io.github.wxtoken;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The headings and links of a Markdown page, as GitHub renders it. Code blocks and code spans hold
 * neither. Immutable.
 *
 * @param headings the ATX headings in their order
 * @param links the targets of inline links, of images, of link definitions and of HTML attributes
 */
record Markdown(List<Heading> headings, List<Link> links) {
  private static final Pattern FENCE = Pattern.compile("\\s*(`{3,}|~{3,}).*");
  private static final Pattern HEADING = Pattern.compile(" {0,3}(#{1,6})\\s+(.*?)\\s*#*\\s*");
  private static final Pattern CODE = Pattern.compile("(`+)(?!`).*?(?<!`)\\1(?!`)");
  private static final Pattern LINK =
      Pattern.compile(
          "]\\(\\s*<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\s*\\)"
              + "|^ {0,3}\\[[^]]+]:\\s*<?([^\\s>]+)"
              + "|(?:href|src)=\"([^\"]+)\"");
  private static final Pattern LINKED_TEXT = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");

  /**
   * The characters that github-slugger removes: all but letters, marks, digits, underscores,
   * hyphens, spaces.
   */
  private static final Pattern NOT_IN_ANCHOR = Pattern.compile("[^\\p{L}\\p{M}\\p{Nd}\\p{Pc}\\- ]");

  /**
   * A heading.
   *
   * @param level 1 to 6
   * @param text the text as it is written
   * @param anchor what follows {@code #} in a link to it
   */
  record Heading(int level, String text, String anchor) {}

  /**
   * A link.
   *
   * @param line its line, from 1
   * @param target the target as it is written
   */
  record Link(int line, String target) {}

  static Markdown parse(String page) {
    List<Heading> headings = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    Map<String, Integer> repetitions = new HashMap<>();
    String fence = "";
    int number = 0;
    for (String line : page.lines().toList()) {
      number++;
      Matcher fenced = FENCE.matcher(line);
      if (fenced.matches()) {
        String marker = fenced.group(1);
        if (fence.isEmpty()) {
          fence = marker;
        } else if (marker.startsWith(fence)) {
          fence = "";
        }
      } else if (fence.isEmpty()) {
        Matcher heading = HEADING.matcher(line);
        if (heading.matches()) {
          String text = heading.group(2);
          int before = repetitions.merge(slug(text), 1, Integer::sum) - 1;
          String anchor = before == 0 ? slug(text) : slug(text) + "-" + before;
          headings.add(new Heading(heading.group(1).length(), text, anchor));
        }
        addLinks(links, number, CODE.matcher(line).replaceAll(""));
      }
    }
    return new Markdown(List.copyOf(headings), List.copyOf(links));
  }

  boolean hasAnchor(String anchor) {
    return headings.stream().anyMatch(heading -> heading.anchor().equals(anchor));
  }

  private static void addLinks(List<Link> links, int number, String line) {
    Matcher link = LINK.matcher(line);
    while (link.find()) {
      for (int group = 1; group <= link.groupCount(); group++) {
        if (link.group(group) != null) {
          links.add(new Link(number, link.group(group)));
        }
      }
    }
  }

  /** GitHub's rule: in small letters, without punctuation, spaces as hyphens. */
  static String slug(String heading) {
    String text = LINKED_TEXT.matcher(heading).replaceAll("$1").toLowerCase(Locale.ROOT);
    return NOT_IN_ANCHOR.matcher(text).replaceAll("").replace(' ', '-');
  }
}
