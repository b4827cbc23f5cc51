package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of this repository: their links, their headings and their translations. */
class DocumentsTest {

  @Nested
  class ThisRepository {
    /** Sections of README.md that README.zh-CN.md still lacks: none may be added. */
    private static final Set<String> UNTRANSLATED = Set.of("What your logs and files show");

    private final Documents documents = Documents.ofThisRepository();

    @Test
    void everyRelativeLinkOfAMarkdownFileIsAlive() throws IOException {
      assertThat(documents.deadLinks()).isEmpty();
    }

    @Test
    void everyHeadingThatAJavaSourceCitesExists() throws IOException {
      assertThat(documents.deadCitations()).isEmpty();
    }

    @Test
    void noJavaSourceCitesASectionByItsNumber() throws IOException {
      assertThat(documents.numberedCitations()).isEmpty();
    }

    @Test
    void theChineseReadmeHasEachSectionOfTheEnglishOne() throws IOException {
      assertThat(documents.missingSections("README.md", "README.zh-CN.md", UNTRANSLATED)).isEmpty();
    }

    @Test
    void everyTranslatedPageHasEachSectionOfTheEnglishOne() throws IOException {
      for (String page : documents.translatedPages()) {
        assertThat(documents.missingSections("docs/" + page, "docs/zh-CN/" + page, Set.of()))
            .isEmpty();
      }
    }
  }

  /** Each check fails on documents that were made for it. */
  @Nested
  class MadeUpDocuments {
    @TempDir private Path root;
    private Documents documents;

    @BeforeEach
    void makeThem() throws IOException {
      documents = new Documents(root);
      write("pages/page.md", "# Page\n\n## 什么是 `state`？\n\n## Twice\n\n## Twice\n");
      write("pages/zh-CN/page.md", "# 页\n\n## 什么是 `state`？\n\n## 一\n\n## 二\n");
      write(cite("page.md"), "# Page\n\n## Twice\n");
      write(cite("zh-CN/page.md"), "# 页\n\n## 一\n");
      write("target/built.md", "[dead](gone.md)\n");
      Files.createDirectories(root.resolve("node_modules/x"));
    }

    @Test
    void soundDocumentsPass() throws IOException {
      write(
          "README.md",
          """
          [page](pages/page.md) [twice](pages/page.md#twice-1 "title") [here](#made-up)
          [state](pages/page.md#什么是-state) [escaped](pages/page.md#%E4%BB%80%E4%B9%88%E6%98%AF-state)
          [top](/pages/page.md) [folder](pages) [web](https://example.com/gone) [mail](mailto:a@b.c)
          <a href="pages/page.md">page</a> [page]
          `[dead](in-a-code-span.md)` ``a ` [dead](in-another.md)``

          [page]: pages/page.md

          ```
          # No heading
          [dead](in-a-code-block.md)
          ```

          # Made up
          """);
      write("A.java", "/** A fact: " + cite("page.md#twice") + ", and " + cite("page.md") + ". */");

      assertThat(documents.deadLinks()).isEmpty();
      assertThat(documents.deadCitations()).isEmpty();
      assertThat(documents.numberedCitations()).isEmpty();
      assertThat(documents.translatedPages()).containsExactly("page.md");
      assertThat(documents.missingSections("pages/page.md", "pages/zh-CN/page.md", Set.of()))
          .isEmpty();
    }

    @Test
    void aLinkToAMissingFileIsDead() throws IOException {
      assertThat(deadLinksOf("[page](pages/gone.md)")).containsExactly("pages/gone.md");
      assertThat(deadLinksOf("![image](pages/gone.svg)")).containsExactly("pages/gone.svg");
      assertThat(deadLinksOf("[page]: pages/gone.md")).containsExactly("pages/gone.md");
      assertThat(deadLinksOf("<img src=\"gone.png\">")).containsExactly("gone.png");
      assertThat(deadLinksOf("[two](pages/page.md) [links](gone.md)")).containsExactly("gone.md");
    }

    @Test
    void aLinkToAMissingHeadingIsDead() throws IOException {
      assertThat(deadLinksOf("[here](#gone)")).containsExactly("#gone");
      assertThat(deadLinksOf("[page](pages/page.md#Page)")).containsExactly("pages/page.md#Page");
      assertThat(deadLinksOf("[2](pages/page.md#twice-2)"))
          .containsExactly("pages/page.md#twice-2");
      assertThat(deadLinksOf("[state](pages/page.md#什么是state)"))
          .containsExactly("pages/page.md#什么是state");
    }

    @Test
    void aLinkOutOfTheRepositoryOrIntoWhatABuildMakesIsDead() throws IOException {
      assertThat(deadLinksOf("[up](../gone.md)")).containsExactly("../gone.md");
      assertThat(deadLinksOf("[up](..)")).containsExactly("..");
      assertThat(deadLinksOf("[built](target/built.md)")).containsExactly("target/built.md");
    }

    @Test
    void aCitationOfAMissingPageOrHeadingIsFound() throws IOException {
      write("b/A.java", "/** A fact (" + cite("page.md#gone") + "). */");
      write("b/B.java", "// " + cite("gone.md"));

      assertThat(documents.deadCitations())
          .containsExactly(
              "b/A.java: dead citation of " + cite("page.md#gone"),
              "b/B.java: dead citation of " + cite("gone.md"));
    }

    @Test
    void aCitationByNumberIsFound() throws IOException {
      String section = "section";
      write("A.java", "/** A fact (protocol, " + section + " 4), and RFC 4648, section 5. */");
      write("B.java", "/** (" + section + "\n * 1.2) and " + section + "s 3 of the design. */");

      assertThat(documents.numberedCitations())
          .containsExactly(
              "A.java: protocol, " + section + " 4",
              "B.java: " + section + " 1.2",
              "B.java: " + section + "s 3");
    }

    @Test
    void aTranslationThatLacksASectionIsFound() throws IOException {
      write("pages/zh-CN/page.md", "# 页\n\n## 什么是 state？\n\n## 一\n");

      assertThat(documents.missingSections("pages/page.md", "pages/zh-CN/page.md", Set.of()))
          .containsExactly(
              "pages/zh-CN/page.md has the sections [页, 什么是 state？, 一]",
              "pages/page.md has the sections [Page, 什么是 `state`？, Twice, Twice]");
    }

    @Test
    void aTranslationWithASectionAtAnotherLevelIsFound() throws IOException {
      write("pages/zh-CN/page.md", "# 页\n\n## 什么是 state？\n\n## 一\n\n### 二\n");

      assertThat(documents.missingSections("pages/page.md", "pages/zh-CN/page.md", Set.of()))
          .isNotEmpty();
    }

    @Test
    void aSectionThatIsListedAsUntranslatedMustBeMissing() throws IOException {
      assertThat(documents.missingSections("pages/page.md", "pages/zh-CN/page.md", Set.of("Twice")))
          .isNotEmpty();
    }

    private List<String> deadLinksOf(String line) throws IOException {
      write("README.md", line);
      String found = "README.md:1: dead link to ";
      return documents.deadLinks().stream().map(dead -> dead.substring(found.length())).toList();
    }

    /** In two parts, so that this file does not cite what does not exist. */
    private static String cite(String page) {
      return "docs" + "/" + page;
    }

    private void write(String name, String text) throws IOException {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }

  @Test
  void anAnchorIsWhatGitHubMakesOfAHeading() {
    assertThat(Markdown.slug("4. An outage ends every call"))
        .isEqualTo("4-an-outage-ends-every-call");
    assertThat(Markdown.slug("`GET /sns/oauth2/access_token`"))
        .isEqualTo("get-snsoauth2access_token");
    assertThat(Markdown.slug("A – B")).isEqualTo("a--b");
    assertThat(Markdown.slug("[Link](x.md) & *more*")).isEqualTo("link--more");
    assertThat(Markdown.slug("TITLE I")).isEqualTo("title-i");
    assertThat(Markdown.slug("与 wechat-oauth 的不同（二）")).isEqualTo("与-wechat-oauth-的不同二");
  }
}
