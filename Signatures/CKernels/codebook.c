// The words of codes: learned from differences, and the nearest ones found for a descriptor.

#include "include/CCodes.h"

#include <stdlib.h>
#include <string.h>

#include "scalespace.h"

enum { WORDS = SELVAGE_CODE_WORDS, PAIRS = SELVAGE_CODE_PAIRS, REST = SELVAGE_CODE_REST };
enum { ROUNDS = 8, RESTS = SELVAGE_CODE_PARTS - PAIRS };

/// The first value of a pair: opposite directions of a cell, which rarely both are there.
static int first_of(int pair) { return pair / 2 * 4 + pair % 2; }

/// Where the words of a pair begin, or of what is left over.
static size_t pair_place(int pair) { return (size_t)pair * 2 * WORDS; }
static size_t rest_place(int rest) { return (size_t)(PAIRS * 2 + rest * REST) * WORDS; }

/// Sixteen numbers, as which the compiler keeps them together.
typedef float sixteen __attribute__((vector_size(64)));
typedef int32_t whole_sixteen __attribute__((vector_size(64)));
typedef uint8_t small_sixteen __attribute__((vector_size(16)));

/// The same in memory, wherever it begins.
typedef float sixteen_there __attribute__((vector_size(64), aligned(4), may_alias));

/// The nearest of 16 words; of equally near ones the first.
static inline __attribute__((always_inline)) int nearest(
    const float *words, int size, const int16_t *values, int apart) {
    const sixteen_there *own = (const sixteen_there *)words;
    const whole_sixteen numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    // Whole numbers below 2^24 are exact, and multiplied faster than as integers.
    sixteen distances = {0};
    for (int i = 0; i < size; i++) {
        const sixteen difference = (float)values[i * apart] - own[i];
        distances += difference * difference;
    }
    const whole_sixteen numbered =
        __builtin_convertvector(distances, whole_sixteen) * WORDS + numbers;
    return __builtin_reduce_min(numbered) % WORDS;
}

/// The mean of members, rounded, as a word has it.
static int8_t mean_of(int64_t sum, int64_t members) {
    const int64_t half = sum < 0 ? -members / 2 : members / 2;
    const int64_t mean = (sum + half) / members;
    return (int8_t)(mean < -127 ? -127 : mean > 127 ? 127 : mean);
}

/// Learns the words of one part by k-means; `values` are `count` rows of 64.
SELVAGE_CLONES static void learn(
    const int16_t *values, size_t count, int first, int size, int apart, float *words) {
    for (int word = 0; word < WORDS; word++) {
        const int16_t *row = values + (size_t)word * count / WORDS * 64 + first;
        for (int i = 0; i < size; i++) words[i * WORDS + word] = mean_of(row[i * apart], 1);
    }
    for (int round = 0; round < ROUNDS; round++) {
        int64_t sums[REST][WORDS] = {{0}}, members[WORDS] = {0};
        for (size_t row = 0; row < count; row++) {
            const int16_t *at = values + row * 64 + first;
            const int word = nearest(words, size, at, apart);
            members[word]++;
            for (int i = 0; i < size; i++) sums[i][word] += at[i * apart];
        }
        for (int word = 0; word < WORDS; word++)
            for (int i = 0; i < size && members[word]; i++)
                words[i * WORDS + word] = mean_of(sums[i][word], members[word]);
    }
}

/// Takes a pair's word away from its values.
static inline __attribute__((always_inline)) void take_away(
    const float *words, int word, int16_t *at) {
    at[0] = (int16_t)(at[0] - (int16_t)words[word]);
    at[2] = (int16_t)(at[2] - (int16_t)words[WORDS + word]);
}

int selvage_learn_words(
    const uint8_t *descriptors, const uint8_t *centres, size_t count, int8_t *codebook) {
    memset(codebook, 0, SELVAGE_CODEBOOK_BYTES);
    if (count == 0) return 1;
    int16_t *values = malloc(count * 64 * sizeof *values);
    if (!values) return 0;
    for (size_t i = 0; i < count * 64; i++) values[i] = (int16_t)(descriptors[i] - centres[i]);
    float words[SELVAGE_CODEBOOK_BYTES];
    for (int pair = 0; pair < PAIRS; pair++) {
        float *own = words + pair_place(pair);
        learn(values, count, first_of(pair), 2, 2, own);
        for (size_t row = 0; row < count; row++) {
            int16_t *at = values + row * 64 + first_of(pair);
            take_away(own, nearest(own, 2, at, 2), at);
        }
    }
    for (int rest = 0; rest < RESTS; rest++)
        learn(values, count, rest * REST, REST, 1, words + rest_place(rest));
    for (int i = 0; i < SELVAGE_CODEBOOK_BYTES; i++) codebook[i] = (int8_t)words[i];
    free(values);
    return 1;
}

void selvage_prepare_words(const int8_t *codebook, selvage_code_words *prepared) {
    for (int i = 0; i < SELVAGE_CODEBOOK_BYTES; i++) prepared->words[i] = codebook[i];
    for (int pair = 0; pair < PAIRS; pair++)
        for (int at = 0; at < 64 * 64; at++) {
            const int16_t values[2] = {(int16_t)(at / 64 * 2 - 64), (int16_t)(at % 64 * 2 - 64)};
            prepared->nearest[pair][at] =
                (uint8_t)nearest(prepared->words + pair_place(pair), 2, values, 1);
        }
}

/// A difference's row in the prepared words: greater ones than 64 are rare, and count as that.
static int halved(int difference) {
    const int half = (difference + 65) >> 1;
    return half < 0 ? 0 : half > 63 ? 63 : half;
}

SELVAGE_CLONES void selvage_encode(
    const selvage_code_words *prepared, const uint8_t *descriptor, const uint8_t *centre,
    uint8_t *code) {
    int16_t left[64];
    for (int i = 0; i < 64; i++) left[i] = (int16_t)(descriptor[i] - centre[i]);
    uint8_t parts[SELVAGE_CODE_PARTS];
    for (int pair = 0; pair < PAIRS; pair++) {
        int16_t *at = left + first_of(pair);
        parts[pair] = prepared->nearest[pair][halved(at[0]) * 64 + halved(at[2])];
        take_away(prepared->words + pair_place(pair), parts[pair], at);
    }
    for (int rest = 0; rest < RESTS; rest++)
        parts[PAIRS + rest] = (uint8_t)nearest(
            prepared->words + rest_place(rest), REST, left + rest * REST, 1);
    for (int i = 0; i < SELVAGE_CODE_BYTES; i++)
        code[i] = (uint8_t)(parts[2 * i] | parts[2 * i + 1] << 4);
}

/// The place of a part's steps in a table.
static size_t table_place(int part) {
    const int byte = part / 2;
    return (size_t)((byte / 4 * 2 + part % 2) * 4 + byte % 4) * WORDS;
}

SELVAGE_CLONES void selvage_tabulate(
    const float *words, const uint8_t *query, selvage_code_table *table) {
    whole_sixteen products[SELVAGE_CODE_PARTS];
    for (int pair = 0; pair < PAIRS; pair++) {
        const sixteen_there *own = (const sixteen_there *)(words + pair_place(pair));
        const float a = query[first_of(pair)], b = query[first_of(pair) + 2];
        products[pair] =
            __builtin_convertvector(own[0] * a + own[1] * b, whole_sixteen);
    }
    for (int rest = 0; rest < RESTS; rest++) {
        const sixteen_there *own = (const sixteen_there *)(words + rest_place(rest));
        sixteen sums = {0};
        for (int i = 0; i < REST; i++)
            sums += own[i] * (float)query[rest * REST + i];
        products[PAIRS + rest] = __builtin_convertvector(sums, whole_sixteen);
    }
    int32_t range = 0;
    table->least = 0;
    for (int part = 0; part < SELVAGE_CODE_PARTS; part++) {
        const int32_t least = __builtin_reduce_min(products[part]);
        const int32_t most = __builtin_reduce_max(products[part]);
        products[part] -= least;
        table->least += least;
        range = most - least > range ? most - least : range;
    }
    const int32_t step = (range + SELVAGE_CODE_STEPS - 1) / SELVAGE_CODE_STEPS;
    table->step = step < 1 ? 1 : step;
    table->inverse = 1 / (float)table->step;
    for (int part = 0; part < SELVAGE_CODE_PARTS; part++) {
        const sixteen over = __builtin_convertvector(products[part], sixteen);
        const small_sixteen steps = __builtin_convertvector(
            __builtin_convertvector(over * table->inverse + 0.5f, whole_sixteen), small_sixteen);
        memcpy(table->steps + table_place(part), &steps, sizeof steps);
    }
}
