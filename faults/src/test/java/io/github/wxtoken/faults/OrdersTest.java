package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrdersTest {
  /** All orders of two that are done after so many turns. */
  private static List<String> orders(int first, int second) {
    Orders orders = new Orders();
    List<String> all = new ArrayList<>();
    do {
      int ones = 0;
      int twos = 0;
      while (ones < first || twos < second) {
        if (orders.isSeconds(ones == first, twos == second)) {
          twos++;
        } else {
          ones++;
        }
      }
      assertThat(ones).isEqualTo(first);
      assertThat(twos).isEqualTo(second);
      all.add(orders.toString());
    } while (orders.advance());
    return all;
  }

  @Test
  void eachOrderComesOnce() {
    assertThat(orders(2, 2)).containsExactly("1122", "1212", "1221", "2112", "2121", "2211");
    assertThat(orders(4, 4)).hasSize(70).doesNotHaveDuplicates();
  }

  @Test
  void whoIsAloneHasNoChoice() {
    assertThat(orders(3, 0)).containsExactly("111");
    assertThat(orders(0, 2)).containsExactly("22");
  }
}
