package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  @Test
  void withoutArgumentsTheDemoIsTheOneOfTheReadme() {
    Options options = Options.parse(List.of());

    assertThat(options.nodes()).isEqualTo(4);
    assertThat(options.users()).isEqualTo(1000);
    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.store()).isNull();
    assertThat(options.kills()).isTrue();
    assertThat(options.killingRound()).isEqualTo(2);
    assertThat(options.help()).isFalse();
  }

  @Test
  void everyOptionIsTaken() {
    Options options =
        Options.parse(
            List.of(
                "--nodes",
                "2",
                "--users",
                "40",
                "--rounds",
                "1",
                "--store",
                "file:tokens",
                "--seed",
                "7",
                "--no-kill",
                "--help"));

    assertThat(options).isEqualTo(new Options(2, 40, 1, "file:tokens", 7, false, true));
  }

  @Test
  void withoutARoundNobodyIsKilled() {
    assertThat(Options.parse(List.of("--rounds", "0")).kills()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --nodes             | --nodes needs a value.
          --nodes 0           | --nodes needs a whole number from 1 to 64.
          --nodes four        | --nodes needs a whole number from 1 to 64.
          --users -1          | --users needs a whole number from 1 to 100000.
          --rounds 1000       | --rounds needs a whole number from 0 to 300.
          --store             | --store needs a value.
          --nodes 1           | --nodes 1 needs --no-kill: nobody would be left.
          --speed 9           | There is no option --speed; see --help.
          """)
  void whatIsWrongIsSaidInASentence(String arguments, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(List.of(arguments.split(" ", -1))))
        .withMessage(sentence);
  }
}
